from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection

from attrimeter.figures.benchmark.figure import draw_benchmark
from attrimeter.values import Benchmark
from figures.benchmark_examples import EVIL, around, empty_benchmark, example_benchmark, hostile_benchmark
from figures.figure_reading import colliding_texts, figure_texts, texts_outside

LONG = replace(
    example_benchmark(),
    explainers=tuple(
        replace(line, name="an explainer with a name without an end " + line.name)
        for line in example_benchmark().explainers
    ),
)
NEGATIVE = replace(example_benchmark(), true_shares={"hat": around(-0.2), "hair": around(0.01)})
CASES: dict[str, Benchmark] = {
    "full": example_benchmark(),
    "hostile": hostile_benchmark(),
    "empty": empty_benchmark(),
    "long names": LONG,
    "negative": NEGATIVE,
    "one": replace(example_benchmark(), explainers=example_benchmark().explainers[:1]),
}


def dots(axes: Axes) -> list[tuple[float, ...]]:
    found = [c.get_offsets()[0] for c in axes.collections if isinstance(c, PathCollection)]
    return [tuple(np.asarray(offset, dtype=float)) for offset in found]


@pytest.mark.parametrize("case", CASES)
def test_every_text_can_be_read(case: str) -> None:
    figure = draw_benchmark(CASES[case])
    assert colliding_texts(figure) == []
    assert texts_outside(figure) == []


def test_dots_are_the_scores_with_the_smallest_error_first() -> None:
    _, error, spearman, top1, shares, correlation = draw_benchmark(example_benchmark()).axes
    ordered = sorted(example_benchmark().explainers, key=lambda line: line.kinds["many"].relative_error.value)
    assert [label.get_text() for label in error.get_yticklabels()] == [line.name for line in ordered]
    expected = [line.kinds[kind].top1.value for line in ordered for kind in ("many", "few")]
    np.testing.assert_allclose([x for x, _ in dots(top1)], expected)
    assert [round(y) for _, y in dots(top1)] == [row for row in range(8) for _ in range(2)]
    known = [line for line in ordered if line.name != "label-only"]
    expected = [line.kinds[kind].spearman.value for line in known for kind in ("many", "few")]
    np.testing.assert_allclose([x for x, _ in dots(spearman)], expected)
    np.testing.assert_allclose(
        [x for x, _ in dots(shares)],
        sorted((share.value for share in example_benchmark().true_shares.values()), reverse=True),
    )
    own = example_benchmark().explainers[0].groups
    labels = [label.get_text() for label in shares.get_yticklabels()]
    np.testing.assert_allclose(
        [x for x, _ in dots(correlation)], [own[name].correlation.value for name in labels]
    )


def test_intervals_are_drawn() -> None:
    top1 = draw_benchmark(example_benchmark()).axes[3]
    line = next(line for line in example_benchmark().explainers if line.name == "counterfactual")
    score = line.kinds["many"].top1
    assert [score.low, score.high] in [list(drawn.get_xdata()) for drawn in top1.lines]


def test_an_error_beyond_the_edge_is_told_there() -> None:
    figure = draw_benchmark(example_benchmark())
    error = figure.axes[1]
    assert max(x for x, _ in dots(error)) == error.get_xlim()[1] == 1.5
    assert {"3.4 ", "2.7 "} <= set(figure_texts(figure))


def test_interpreters_stand_out_and_what_is_not_known_is_marked() -> None:
    figure = draw_benchmark(example_benchmark())
    weights = {label.get_text(): label.get_fontweight() for label in figure.axes[1].get_yticklabels()}
    assert [name for name, weight in weights.items() if weight == "bold"] == ["counterfactual", "distilled"]
    texts = figure_texts(draw_benchmark(hostile_benchmark()))
    assert "–" in texts and EVIL in texts
    assert figure_texts(draw_benchmark(empty_benchmark())).count("nothing measured") == 4


@pytest.mark.parametrize(
    ("name", "label"),
    [
        (
            "measured again (other background, noise, occluder)",
            "measured again (other\nbackground, noise, occluder)",
        ),
        ("a name of three lines " * 4, "a name of three… of three lines"),
    ],
)
def test_a_long_name_takes_two_lines_and_a_longer_one_is_shortened(name: str, label: str) -> None:
    benchmark = example_benchmark()
    first, *others = benchmark.explainers
    figure = draw_benchmark(replace(benchmark, explainers=(replace(first, name=name), *others)))
    assert label in [text.get_text() for text in figure.axes[1].get_yticklabels()]
    assert colliding_texts(figure) == []


def test_the_group_average_is_marked() -> None:
    for axes, value in zip(draw_benchmark(example_benchmark()).axes[1:4], (0.46, 0.54, 0.56), strict=True):
        marks = [line for line in axes.lines if len(set(line.get_xdata())) == 1]
        assert [line.get_xdata()[0] for line in marks] == pytest.approx([value])
