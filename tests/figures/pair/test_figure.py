from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from attrimeter.errors import SettingsError
from attrimeter.figures.drawing.overlay import overlay_pair
from attrimeter.figures.pair.figure import draw_pair
from attrimeter.schemas import SCHEMAS, AttributeSchema
from attrimeter.values import PairExplanation
from figures.examples import CONTRIBUTIONS, example_explanation, identical_explanation, trusted_explanation
from figures.figure_reading import colliding_texts, figure_texts, texts_outside

PREFIX = "an attribute with quite a long name "
LONG_SCHEMA = AttributeSchema(
    "custom",
    tuple(replace(a, name=PREFIX + a.name, group=PREFIX + a.group) for a in SCHEMAS["market1501"].attributes),
)
NEGATIVE = {name: -abs(value) for name, value in CONTRIBUTIONS.items()}
POSITIVE = {name: abs(value) for name, value in CONTRIBUTIONS.items()}

CASES: dict[str, PairExplanation] = {
    "everyday": example_explanation(),
    "other largest": example_explanation(other=14.0),
    "identical": identical_explanation(),
    "distilled": example_explanation(
        contributions=POSITIVE, small=0.3, other=-0.4, form="distilled", percentiles=(math.nan, math.nan)
    ),
    "all negative": example_explanation(
        contributions=NEGATIVE, small=-0.05, other=20.0, percentiles=(0.0, 0.0)
    ),
    "huge": example_explanation(contributions={"hat": 400.0, "hair": -380.0}, other=-10.0),
    "tiny beside large": example_explanation(sizes=((32, 16), (800, 400))),
    "landscape, long file names": example_explanation(
        sizes=((200, 400), (128, 64)), names=("a very long name with $dollars$ " * 5 + ".jpg", "b.png")
    ),
    "trusted": trusted_explanation(),
    "trusted, other largest": trusted_explanation(example_explanation(other=14.0)),
    "trusted, identical": trusted_explanation(identical_explanation()),
    "trusted, many words": replace(trusted_explanation(), trust_words=("Many words of a card. " * 18,)),
    "trusted, long attribute names": trusted_explanation(
        example_explanation(
            schema=LONG_SCHEMA,
            contributions={PREFIX + name: value for name, value in CONTRIBUTIONS.items()},
        )
    ),
    "long attribute names": example_explanation(
        schema=LONG_SCHEMA, contributions={PREFIX + name: value for name, value in CONTRIBUTIONS.items()}
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_every_text_can_be_read(case: str) -> None:
    figure = draw_pair(CASES[case])
    assert colliding_texts(figure) == []
    assert texts_outside(figure) == []


def test_the_figure_fits_one_screen() -> None:
    width, height = draw_pair(CASES["everyday"]).get_size_inches() * 100
    assert width <= 1100 and height <= 620


def test_the_label_and_its_reasons_stand_under_the_figure() -> None:
    text = " ".join(figure_texts(draw_pair(CASES["trusted"])))
    assert "Trust: measured. On 400 rendered pairs" in text and "its attribution of gender did not." in text
    assert "90 % intervals" in text
    plain = " ".join(figure_texts(draw_pair(CASES["everyday"])))
    assert "Trust: not measured." in plain and "intervals" not in plain


def test_title_states_and_sum_are_written() -> None:
    texts = figure_texts(draw_pair(CASES["everyday"]))
    assert any(text.startswith("Distance 10.9: farther than 99 %") for text in texts)
    assert {"red | blue", "hat | no hat", "sum = distance", "10.87", "other", "exact to 2e-7"} <= set(texts)


def test_file_names_are_written_literally() -> None:
    explanation = example_explanation(names=("$x^2$.png", "b.png"))
    assert "$x^2$.png" in figure_texts(draw_pair(explanation))


@pytest.mark.parametrize("maps", [0, 1, 3, 5])
def test_both_images_and_the_maps_of_the_largest_groups_are_shown(maps: int) -> None:
    figure = draw_pair(CASES["everyday"], maps=maps)
    pictures = [image.get_array() for axes in figure.axes for image in axes.images]
    assert len(pictures) == 2 + 2 * maps
    names = ("upper colour", "backpack", "hat", "gender", "lower colour")[:maps]
    for place, name in enumerate(names):
        shown = pictures[2 + 2 * place : 4 + 2 * place]
        box = (max(p.shape[0] for p in shown), max(p.shape[1] for p in shown))
        for picture, expected in zip(shown, overlay_pair(CASES["everyday"], name, box=box), strict=True):
            np.testing.assert_array_equal(picture, expected)


@pytest.mark.parametrize("case", ["tiny beside large", "landscape, long file names"])
def test_images_keep_their_proportions(case: str) -> None:
    figure = draw_pair(CASES[case], maps=1)
    for axes, image in zip(figure.axes[:2], (CASES[case].first, CASES[case].second), strict=True):
        box = axes.get_position()
        ratio = box.width * 11 / (box.height * 6)
        height, width = image.pixels.shape[:2]
        assert ratio == pytest.approx(width / height, rel=0.02)


def test_a_pair_of_distance_zero_shows_no_map() -> None:
    figure = draw_pair(CASES["identical"])
    assert sum(len(axes.images) for axes in figure.axes) == 2


def test_a_negative_number_of_maps_is_refused() -> None:
    with pytest.raises(SettingsError, match="0 or more"):
        draw_pair(CASES["everyday"], maps=-1)
