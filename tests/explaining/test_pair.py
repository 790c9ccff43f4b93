"""Explanations of pairs: they add up, say the same as the interpreter, and change nothing by swapping."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from attrimeter.errors import ImageError
from attrimeter.explaining import explain_pair
from attrimeter.interpreter import FORMS, Interpreter, InterpreterSettings, build_interpreter
from attrimeter.interpreter.facts import Facts
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import open_target
from attrimeter.values import OTHER

SCHEMA = SCHEMAS["market1501"]


def make(path: Path, form: str, metric: str = "euclidean") -> Interpreter:
    torch.manual_seed(6)
    made = build_interpreter(
        open_target(path, metric=metric), SCHEMA, InterpreterSettings(form=form, hidden=8)
    )
    made.facts = Facts.model_validate({"distances": {"same": [0.0, 1.0], "different": []}})
    return made


@pytest.fixture
def pair(rendered_set: Path) -> tuple[Path, Path]:
    paths = sorted((rendered_set / "query").glob("*.jpg"))
    return paths[0], paths[-1]


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize("form", sorted(FORMS))
def test_an_explanation_adds_up(
    tiny_target_file: Path, pair: tuple[Path, Path], form: str, metric: str
) -> None:
    interpreter = make(tiny_target_file, form, metric)
    explanation = explain_pair(interpreter, *pair)
    a, b = interpreter.target.embed_images(list(pair)).astype(np.float64)  # type: ignore[attr-defined]
    chord = float(np.linalg.norm(a - b))
    assert explanation.distance == pytest.approx(chord**2 / 2 if metric == "cosine" else chord, rel=1e-4)
    assert sum(explanation.attributes.values()) + explanation.other == pytest.approx(explanation.distance)
    assert sum(explanation.groups.values()) + explanation.other == pytest.approx(explanation.distance)
    for group, members in explanation.group_members.items():
        assert explanation.groups[group] == pytest.approx(sum(explanation.attributes[m] for m in members))
    assert explanation.shares[OTHER] == pytest.approx(explanation.other / explanation.distance)
    assert explanation.completeness < 1e-6
    assert explanation.percentile_same == pytest.approx(100 * min(explanation.distance, 1.0))
    assert math.isnan(explanation.percentile_different)


def test_swapping_the_images_changes_nothing_but_the_sides(
    tiny_target_file: Path, pair: tuple[Path, Path]
) -> None:
    interpreter = make(tiny_target_file, "exact")
    one, other = explain_pair(interpreter, *pair), explain_pair(interpreter, *pair[::-1])
    assert one.attributes == pytest.approx(other.attributes, abs=1e-9)
    assert one.first.name == other.second.name == pair[0].name


def test_an_image_beside_itself_is_at_zero(tiny_target_file: Path, pair: tuple[Path, Path]) -> None:
    explanation = explain_pair(make(tiny_target_file, "exact"), pair[0], pair[0])
    assert explanation.distance == 0 and set(explanation.contributions.values()) == {0.0}
    assert set(explanation.shares.values()) == {0.0} and explanation.completeness == 0


@pytest.mark.parametrize("form", ["distilled", "exact"])
def test_maps_and_readings_are_the_interpreter_s(
    tiny_target_file: Path, pair: tuple[Path, Path], form: str
) -> None:
    interpreter = make(tiny_target_file, form)
    explanation = explain_pair(interpreter, *pair)
    reading = interpreter.read_images([pair[0]])
    maps = reading.maps[0].numpy()
    colours = [SCHEMA.index(name) for name in explanation.group_members["upper colour"]]
    expected = maps[colours].sum(axis=0)
    scale = 1.0 if form == "exact" else expected.max()
    assert np.allclose(explanation.first.maps["upper colour"], expected / scale, atol=1e-6)
    assert all(m.min() >= 0 and m.max() <= 1 for m in explanation.first.maps.values())
    probability = 1 / (1 + math.exp(-float(reading.logits[0, SCHEMA.index("hair")])))
    assert explanation.first.readings["hair"].probability == pytest.approx(probability, rel=1e-5)
    assert explanation.first.readings["hair"].words == ("long hair" if probability > 0.5 else "short hair")


def test_arrays_are_named_and_wrong_ones_refused(tiny_target_file: Path, pair: tuple[Path, Path]) -> None:
    interpreter = make(tiny_target_file, "exact")
    array = np.full((40, 20, 3), 90, dtype=np.uint8)
    explanation = explain_pair(interpreter, array, pair[0])
    assert explanation.first.name == "image A" and explanation.first.pixels.shape == (40, 20, 3)
    with pytest.raises(ImageError):
        explain_pair(interpreter, array.astype(float), pair[0])
