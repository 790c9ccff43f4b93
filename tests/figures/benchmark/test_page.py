from __future__ import annotations

import pytest

from attrimeter.figures.benchmark.page import benchmark_page
from attrimeter.values import Benchmark
from figures.benchmark_examples import (
    EVIL,
    empty_benchmark,
    example_benchmark,
    example_run,
    hostile_benchmark,
)
from figures.page_reading import PageReader, outside_needs


@pytest.mark.parametrize("benchmark", [example_benchmark(), hostile_benchmark(), empty_benchmark()])
def test_it_is_well_formed_and_needs_nothing_but_itself(benchmark: Benchmark) -> None:
    page = benchmark_page(benchmark)
    assert PageReader(page).misnested == []
    assert outside_needs(page) == []


def test_it_holds_findings_notes_numbers_and_how_to_read_them() -> None:
    words = PageReader(benchmark_page(example_benchmark())).words
    for fragment in (
        "counterfactual comes closest to the truth",
        "These numbers are invented.",
        "How to read this",
        "what is not better than that explains nothing about the pair at hand",
        "counterfactual 0.31 0.28 to 0.34 0.004 0.003 to 0.005",
        "Group by group: distilled",
        "0.72 / 0.90 0.69 to 0.75 / 0.87 to 0.93",
        "0.180 0.150 to 0.210",
        "Intervals of the trust cards",
        "0.87 0.84 to 0.90",
        "fingerprint 7e7e7e7e7e7e",
        "421 s to measure the truth",
    ):
        assert fragment in words, fragment


def test_what_is_given_is_shown_and_not_obeyed() -> None:
    reader = PageReader(benchmark_page(hostile_benchmark()))
    assert reader.text.count(EVIL) >= 8
    assert "[red]" not in {tag for tag, _ in reader.tags} and "nan" not in reader.words


def test_pictures_are_described_and_those_that_do_not_apply_left_out() -> None:
    full = benchmark_page(example_run())
    for page, pictures in ((full, 3), (benchmark_page(empty_benchmark()), 1)):
        found = PageReader(page).all("img")
        assert len(found) == pictures and all(picture["alt"] for picture in found)
    words = PageReader(benchmark_page(empty_benchmark())).words
    assert "Maps and cost" not in words and "Which groups can be believed" not in words
