from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from attrimeter.figures.benchmark.curve_figure import draw_curves
from attrimeter.values import Benchmark
from figures.benchmark_examples import empty_benchmark, example_benchmark, example_line, hostile_benchmark
from figures.figure_reading import colliding_texts, figure_texts, texts_outside

MANY = replace(
    example_benchmark(),
    explainers=tuple(
        example_line(f"explainer number {i} of very many", 0.5, pointing=i / 20) for i in range(18)
    ),
)


CASES: dict[str, Benchmark] = {
    "full": example_benchmark(),
    "hostile": hostile_benchmark(),
    "empty": empty_benchmark(),
    "many": MANY,
}


@pytest.mark.parametrize("case", CASES)
def test_every_text_can_be_read(case: str) -> None:
    figure = draw_curves(CASES[case])
    assert colliding_texts(figure) == []
    assert texts_outside(figure) == []


def test_curves_are_in_percent_beside_those_of_random_maps() -> None:
    deletion, insertion, _ = draw_curves(example_benchmark()).axes
    drawing = [line.curves for line in example_benchmark().explainers if line.curves is not None]
    assert len(drawing) == 5 and len(deletion.lines) == len(insertion.lines) == 10
    for place, curves in enumerate(drawing):
        random, own = deletion.lines[2 * place], deletion.lines[2 * place + 1]
        np.testing.assert_allclose(own.get_xdata(), 100 * np.array(curves.fractions))
        np.testing.assert_allclose(own.get_ydata(), 100 * np.array(curves.deletion))
        np.testing.assert_allclose(random.get_ydata(), 100 * np.array(curves.random_deletion))
        random, own = insertion.lines[2 * place], insertion.lines[2 * place + 1]
        np.testing.assert_allclose(own.get_ydata(), 100 * np.array(curves.insertion))
        np.testing.assert_allclose(random.get_ydata(), 100 * np.array(curves.random_insertion))


def test_eighteen_curves_look_different() -> None:
    key = draw_curves(MANY).axes[2]
    strokes = {(line.get_color(), str(line.get_linestyle()), str(line._dash_pattern)) for line in key.lines}  # type: ignore[attr-defined]
    assert len(strokes) == len(key.lines) == 19


def test_without_maps_the_panels_say_so() -> None:
    assert figure_texts(draw_curves(empty_benchmark())).count("no explainer draws maps") == 2
