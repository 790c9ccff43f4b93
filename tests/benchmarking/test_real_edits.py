from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from attrimeter.benchmarking.real_edits import AVERAGE, RANDOM, predict_change, score_real_edits
from attrimeter.benchmarking.real_pairs import choose_pairs, pool_test_images
from attrimeter.benchmarking.region_edits import edit_towards_first
from attrimeter.datasets import open_dataset
from attrimeter.errors import DatasetError, InterpreterError, SchemaError, SettingsError
from attrimeter.interpreter import Interpreter, InterpreterSettings, build_interpreter
from attrimeter.pixels import read_image
from attrimeter.schemas import SCHEMAS, Attribute, AttributeSchema
from attrimeter.targets import Target, open_target
from attrimeter.values import ImageSet
from attrimeter.values.real_edits import RealEditScores

SCHEMA = SCHEMAS["market1501"]


@pytest.fixture(scope="module")
def target(tiny_target_file: Path) -> Target:
    return open_target(tiny_target_file)


@pytest.fixture(scope="module")
def images(rendered_set: Path) -> ImageSet:
    return pool_test_images(open_dataset(rendered_set))


def make_interpreter(target: Target, form: str = "exact", schema: AttributeSchema = SCHEMA) -> Interpreter:
    torch.manual_seed(1)
    return build_interpreter(target, schema, InterpreterSettings(form=form, hidden=8))


def score(target: Target, images: ImageSet, **settings: object) -> RealEditScores:
    interpreters = {form: make_interpreter(target, form) for form in ("exact", "distilled")}
    options = {"pairs": 6, "samples": 50, "shares": {"upper colour": 0.25}, **settings}
    return score_real_edits(target, interpreters, images, data="persons", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize("form", ["exact", "distilled"])
def test_predictions_are_in_units_of_the_squared_distance(
    tiny_target_file: Path, images: ImageSet, form: str, metric: str
) -> None:
    target = open_target(tiny_target_file, metric=metric)
    interpreter = make_interpreter(target, form)
    first, second = ([read_image(path) for path in images.paths[rows]] for rows in (slice(3), slice(3, 6)))
    chords = target.embed_images(first).astype(float) - target.embed_images(second)
    a, b = interpreter.read_images(first), interpreter.read_images(second)
    contributions = interpreter.compare_pairs(a, b)
    share = 1 - contributions[:, len(SCHEMA) :].sum(dim=1) / contributions.sum(dim=1)
    together = sum(predict_change(interpreter, first, second, group) for group in SCHEMA.groups)
    assert together == pytest.approx(share.numpy() * (chords**2).sum(axis=1), rel=1e-4)


def test_a_group_s_scores_are_those_of_its_pairs_one_by_one(target: Target, images: ImageSet) -> None:
    scores = score(target, images).groups["upper colour"]
    rng = np.random.default_rng([0, 0])
    rows = choose_pairs(images, SCHEMA, "upper colour", pairs=6, rng=rng)
    first, second = ([read_image(images.paths[row]) for row in side] for side in rows)
    edits = edit_towards_first(make_interpreter(target), first, second, "upper colour", rng=rng)
    total, change, elsewhere = [], [], []
    for a, b, edited, moved in zip(first, second, edits.in_place, edits.elsewhere, strict=True):
        here, *others = (target.embed_images([picture])[0].astype(float) for picture in (a, b, edited, moved))
        squares = [float(((here - other) ** 2).sum()) for other in others]
        total.append(squares[0])
        change.append(squares[0] - squares[1])
        elsewhere.append(squares[0] - squares[2])
    d, measured, random = np.array(total), np.array(change), np.array(elsewhere)
    assert (scores.edit, scores.pairs) == ("recoloured", len(rows[0]))
    assert scores.change.value == pytest.approx((measured / d).mean(), rel=1e-3)
    assert scores.size.value == pytest.approx((np.abs(measured) / d).mean(), rel=1e-3)
    assert scores.random_size.value == pytest.approx((np.abs(random) / d).mean(), rel=1e-3)
    assert scores.nearer.value == pytest.approx((measured > 0).mean())
    for name, predicted in {
        "exact": predict_change(make_interpreter(target), first, second, "upper colour"),
        "distilled": predict_change(make_interpreter(target, "distilled"), first, second, "upper colour"),
        RANDOM: random,
        AVERAGE: 0.25 * d,
    }.items():
        error = np.abs(predicted - measured).sum() / np.abs(measured).sum()
        assert scores.predictions[name].relative_error.value == pytest.approx(error, rel=1e-3)
        rho = spearmanr(predicted, measured).statistic
        assert scores.predictions[name].spearman.value == pytest.approx(rho)


def test_what_is_in_the_result(target: Target, images: ImageSet) -> None:
    told: list[tuple[int, int]] = []
    scores = score(target, images, locator="distilled", progress=lambda *counts: told.append(counts))
    assert (scores.target, scores.target_fingerprint) == ("demo", target.fingerprint)
    assert (scores.data, scores.located_by, scores.seed) == ("persons", "distilled", 0)
    assert told == [(number, 5) for number in range(1, 6)]
    assert set(scores.groups) >= {"upper colour", "lower colour"}
    assert AVERAGE in scores.groups["upper colour"].predictions
    for group, edits in scores.groups.items():
        assert {"exact", "distilled", RANDOM} <= set(edits.predictions)
        assert edits.edit == ("recoloured" if "colour" in group else "filled")
    assert AVERAGE not in scores.groups["lower colour"].predictions


def test_the_seed_decides(target: Target, images: ImageSet) -> None:
    first, second, third = (score(target, images, seed=seed).groups for seed in (2, 2, 3))
    assert first == second and first != third


def test_wrong_use_is_told_in_words(target: Target, images: ImageSet, tiny_target_file: Path) -> None:
    interpreter = make_interpreter(target)
    with pytest.raises(InterpreterError, match="No interpreter"):
        score_real_edits(target, {}, images, data="persons")
    with pytest.raises(InterpreterError, match="no interpreter 'amd' .* choose from exact, distilled"):
        score(target, images, locator="amd")
    with pytest.raises(SettingsError, match="At least 1 pair"):
        score(target, images, pairs=0)
    with pytest.raises(SchemaError, match="labels of 3 attributes"):
        score(target, replace(images, labels=images.labels[:, :3]))
    with pytest.raises(DatasetError, match="No two persons of persons differ"):
        score(target, replace(images, labels=np.full_like(images.labels, -1)))
    hat = AttributeSchema("hats", (Attribute("hat", "hat", "hat", ("hat",), "no hat", "hat"),))
    narrow = make_interpreter(target, schema=hat)
    with pytest.raises(SchemaError, match="no group that a picture can be edited in"):
        score_real_edits(
            target, {"exact": narrow}, replace(images, labels=images.labels[:, :1]), data="persons"
        )
    with pytest.raises(InterpreterError, match="different attributes"):
        score_real_edits(target, {"a": interpreter, "b": narrow}, images, data="persons")
    other = open_target(tiny_target_file, metric="cosine")
    with pytest.raises(InterpreterError, match="belongs to target"):
        score_real_edits(other, {"exact": interpreter}, images, data="persons")
