from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from attrimeter.figures.benchmark.text import COLUMNS, benchmark_text
from attrimeter.values import Benchmark
from figures.benchmark_examples import EVIL, empty_benchmark, example_benchmark, hostile_benchmark


def print_text(benchmark: Benchmark, columns: int = COLUMNS) -> str:
    console = Console(file=io.StringIO(), width=columns, force_terminal=False)
    console.print(benchmark_text(benchmark, columns=columns))
    return str(console.file.getvalue())  # type: ignore[attr-defined]


@pytest.mark.parametrize("benchmark", [example_benchmark(), hostile_benchmark(), empty_benchmark()])
def test_it_fits_and_shows_no_nan(benchmark: Benchmark) -> None:
    text = print_text(benchmark)
    assert max(len(line) for line in text.splitlines()) <= COLUMNS == 100
    assert "nan" not in text and "…" not in text


def test_no_number_and_no_interval_is_broken() -> None:
    text = print_text(example_benchmark())
    assert text.startswith("counterfactual comes closest to the truth")
    assert "Note: These numbers are invented." in text
    for fragment in ("0.28 to 0.34", "0.003 to 0.005", "−0.15 to −0.09", "0.72 / 0.90", "1234", "400 pairs"):
        assert fragment in text, fragment
    for group in example_benchmark().true_shares:
        assert any(line.startswith(group) for line in text.splitlines())
    assert not re.findall(r"\d to(?! −?\d)", text), "no cut interval"


def test_the_line_of_an_explainer_holds_its_scores() -> None:
    lines = print_text(example_benchmark()).splitlines()
    many = lines[lines.index("Pairs that differ in many groups") :]
    own = next(line for line in many if line.startswith("counterfactual"))
    assert own.split() == ["counterfactual", "0.31", "0.004", "0.69", "0.71", "0.85"]
    told = next(line for line in many if line.startswith("label-only"))
    assert told.split() == ["label-only", "yes", "0.91", "0.000", "–", "0.11", "0.65"]


def test_names_are_shown_and_not_obeyed() -> None:
    assert EVIL in print_text(hostile_benchmark())


def test_a_narrow_terminal_keeps_names_and_numbers_and_drops_intervals() -> None:
    text = print_text(example_benchmark(), columns=80)
    assert max(len(line) for line in text.splitlines()) <= 80 and "…" not in text
    assert "need 100 columns" in text.replace("\n", " ") and "0.28 to 0.34" not in text
    table = text[text.index("Pairs that differ in many groups") :].splitlines()
    own = next(line for line in table if line.startswith("counterfactual"))
    assert own.split() == ["counterfactual", "0.31", "0.004", "0.69", "0.71", "0.85"]


def test_coverage_stands_in_a_table_where_there_are_cards() -> None:
    lines = print_text(example_benchmark()).splitlines()
    table = lines[lines.index("Intervals of the trust cards") :]
    own = next(line for line in table if line.startswith("counterfactual"))
    assert own.split() == ["counterfactual", "0.91", "0.87", "0.90"]
    assert "Intervals of the trust cards" not in print_text(empty_benchmark())
