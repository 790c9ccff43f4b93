"""Calibrating and re-ranking on rendered persons, from one end to the other."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from attrimeter.caching.cached_sides import CachedSide, read_cached
from attrimeter.caching.map_cache import MapCache
from attrimeter.datasets import open_dataset
from attrimeter.errors import InterpreterError
from attrimeter.evaluating import reranking
from attrimeter.evaluating.calibration import STRENGTHS, calibrate_interpreter
from attrimeter.evaluating.rankings import COSINE, MODES, SAME_PERSON
from attrimeter.evaluating.reranking import BOTH, RECIPROCAL
from attrimeter.evaluating.reweighting import evaluate_reweighting
from attrimeter.explaining import explain_pair
from attrimeter.figures import to_json
from attrimeter.figures.evaluation.reweighting_findings import foreign_warning
from attrimeter.figures.pair.summary import summarise
from attrimeter.fitting.same_person import SamePersonSettings
from attrimeter.interpreter import (
    FORMS,
    Interpreter,
    InterpreterSettings,
    build_interpreter,
    save_interpreter,
)
from attrimeter.interpreter.folder import SAME_PERSON as FILE
from attrimeter.interpreter.same_person import SamePersonModel
from attrimeter.interpreter.same_person_file import find_same_person
from attrimeter.metrics import score_queries
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import Target, open_target
from attrimeter.values import ImageSet, PersonDataset
from attrimeter.values.evaluation import ReliabilityBin
from attrimeter.workflows import opening
from metrics.calibration_examples import score_calibration

SETTINGS = SamePersonSettings(queries=12, hard=6, random=6)


@pytest.fixture(scope="module")
def target(tiny_target_file: Path) -> Target:
    return open_target(tiny_target_file)


@pytest.fixture(scope="module")
def data(rendered_set: Path) -> PersonDataset:
    return open_dataset(rendered_set)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("maps")


def make(target: Target, form: str) -> Interpreter:
    torch.manual_seed(1)
    return build_interpreter(target, SCHEMAS["market1501"], InterpreterSettings(form=form, hidden=8))


def calibrate(
    target: Target, data: PersonDataset, cache: Path, folder: Path, form: str = "exact"
) -> tuple[Interpreter, SamePersonModel]:
    made = make(target, form)
    save_interpreter(folder, made, target_name="demo")
    return made, calibrate_interpreter(made, data, folder=folder, settings=SETTINGS, cache=cache)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_calibrated_and_ranks(
    target: Target, data: PersonDataset, cache: Path, tmp_path: Path, form: str
) -> None:
    made, model = calibrate(target, data, cache, tmp_path, form)
    found = evaluate_reweighting(made, data, model, cache=cache)
    assert list(found.rankings) == [COSINE, *MODES, SAME_PERSON, RECIPROCAL, BOTH]
    assert set(found.strengths) == set(MODES) and set(found.strengths.values()) <= set(STRENGTHS)
    base = found.rankings[COSINE]
    assert base.gain_ap.value == base.gain_rank1.value == 0
    for scores in found.rankings.values():
        gain = scores.retrieval.mean_ap.value - base.retrieval.mean_ap.value
        assert scores.gain_ap.value == pytest.approx(gain, abs=1e-6)
        gain = scores.retrieval.rank1.value - base.retrieval.rank1.value
        assert scores.gain_rank1.value == pytest.approx(gain, abs=1e-6)
    assert found.calibrated_on == data.name
    assert found.unseen == pytest.approx(share_unseen(made, data, model))


def share_unseen(made: Interpreter, data: PersonDataset, model: SamePersonModel) -> float:
    """Pair by pair, from the files themselves."""
    queries, gallery = (made.read_images(part.paths) for part in (data.query, data.gallery))
    unseen = [
        not model.has_seen(model.score(*sides, made.compare_all(one, other)), *(s.familiar for s in sides))
        for one, other in itertools.product(
            *([side.take(torch.tensor([row])) for row in range(len(side))] for side in (queries, gallery))
        )
        for sides in [[model.read(r.embeddings, made.appearance(r), r.styles) for r in (one, other)]]
    ]
    return sum(unseen) / len(unseen)


def test_blocks_do_not_change_the_result_and_it_is_that_of_single_pairs(
    target: Target, data: PersonDataset, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, model = calibrate(target, data, cache, tmp_path)
    whole = evaluate_reweighting(made, data, model, cache=cache)
    monkeypatch.setattr(reranking, "QUERY_BLOCK", 3)
    monkeypatch.setattr(reranking, "GALLERY_BLOCK", 5)
    monkeypatch.setattr(reranking, "PART_BYTES", 0)
    again = evaluate_reweighting(made, data, model, cache=cache)
    assert again.rankings == whole.rankings
    assert again.brier.value == pytest.approx(whole.brier.value, rel=1e-4)
    store = MapCache(cache, target)
    sides = [CachedSide(part, store.fill(part.paths)) for part in (data.query, data.gallery)]
    queries, gallery = (read_cached(made, side, np.arange(len(side))) for side in sides)
    scores = np.zeros((len(queries), len(gallery)))
    for i in range(len(queries)):
        for j in range(len(gallery)):
            one, other = queries.take(torch.tensor([i])), gallery.take(torch.tensor([j]))
            pair = (model.read(r.embeddings, made.appearance(r), r.styles) for r in (one, other))
            scores[i, j] = float(model.score(*pair, made.compare_all(one, other))[0, 0])
    words = {
        "query_identities": data.query.identities,
        "query_cameras": data.query.cameras,
        "gallery_identities": data.gallery.identities,
        "gallery_cameras": data.gallery.cameras,
    }
    precision = 100 * float(np.nanmean(score_queries(-scores, **words).average_precision))
    assert whole.rankings[SAME_PERSON].retrieval.mean_ap.value == pytest.approx(precision, abs=0.2)
    same = data.query.identities[:, None] == data.gallery.identities[None]
    counted = ~(same & (data.query.cameras[:, None] == data.gallery.cameras[None]))
    owners = np.broadcast_to(data.query.identities[:, None], same.shape)[counted]
    probability = model.probability(torch.from_numpy(scores)).numpy()[counted]
    expected = score_calibration(probability, same[counted], owners, even_odds=True)
    assert whole.brier.value == pytest.approx(expected.brier_score.value, abs=1e-3)
    assert whole.pairs == expected.pairs == int(counted.sum())
    check_bins(whole.reliability, probability, same[counted])
    filled = [b for b in whole.reliability if b.weight > 0]
    gaps = sum(b.weight * abs(b.predicted - b.observed.value) for b in filled)
    assert gaps == pytest.approx(whole.calibration_error.value, abs=1e-9)


def check_bins(bins: tuple[ReliabilityBin, ...], probability: np.ndarray, same: np.ndarray) -> None:
    """Every bin against its own pairs, which weigh 1 / (2 positives) or 1 / (2 negatives)."""
    weight = np.where(same, 0.5 / same.sum(), 0.5 / (~same).sum())
    assert bins[0].low == 0 and bins[-1].high == 1
    for entry in bins:
        # Pairs within a rounding error of an edge may fall on either side of it.
        edges = [edge for edge in (entry.low, entry.high) if 0 < edge < 1]
        if any(np.abs(probability - edge).min() < 5e-3 for edge in edges):
            continue
        inside = ((entry.low < probability) | (entry.low == 0)) & (probability <= entry.high)
        assert entry.weight == pytest.approx(weight[inside].sum(), abs=1e-9)
        if inside.any():
            share = np.average(same[inside], weights=weight[inside])
            assert entry.observed.value == pytest.approx(share)
            assert entry.predicted == pytest.approx(
                np.average(probability[inside], weights=weight[inside]), abs=5e-3
            )
        else:
            assert math.isnan(entry.predicted) and math.isnan(entry.observed.value)


def darken(images: ImageSet, folder: Path) -> ImageSet:
    """The same pictures with a quarter of their light."""
    folder.mkdir()
    paths = [folder / f"{number}.png" for number in range(len(images))]
    for path, source in zip(paths, images.paths, strict=True):
        with Image.open(source) as picture:
            picture.point(lambda value: value // 4).save(path)
    return replace(images, paths=tuple(paths))


def test_another_light_is_out_of_distribution(
    target: Target, data: PersonDataset, cache: Path, tmp_path: Path
) -> None:
    made, model = calibrate(target, data, cache, tmp_path)
    model = replace(model, seen=(-math.inf, math.inf))  # so that scores are beside the point
    at_home = evaluate_reweighting(made, data, model, cache=cache)
    assert at_home.unseen == 0 and foreign_warning(at_home) == ""
    dark = replace(data, gallery=darken(data.gallery, tmp_path / "dark"))
    found = evaluate_reweighting(made, dark, model, cache=cache)
    assert found.unseen > 0.5  # eight training persons are few to tell by
    assert "calibrate on data like these" in foreign_warning(found)


def test_a_large_gallery_is_not_reranked(
    target: Target, data: PersonDataset, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, model = calibrate(target, data, cache, tmp_path)
    monkeypatch.setattr(reranking, "MOST_RERANKED", 10)
    found = evaluate_reweighting(made, data, model, cache=cache)
    assert RECIPROCAL not in found.rankings and SAME_PERSON in found.rankings
    assert math.isfinite(found.calibration_error.value)


def test_the_model_is_kept_in_the_folder(
    target: Target, data: PersonDataset, cache: Path, tmp_path: Path
) -> None:
    made, model = calibrate(target, data, cache, tmp_path)
    kept = find_same_person(tmp_path, made)
    assert kept is not None
    styles = torch.randn(2, len(model.familiarity.centre))
    side = model.read(torch.randn(2, target.embedding_size), torch.randn(2, *model.usual.shape), styles)
    components = torch.randn(2, 2, len(made.schema) + 1)
    assert torch.equal(kept.score(side, side, components), model.score(side, side, components))
    assert torch.equal(kept.familiarity.distances(styles), model.familiarity.distances(styles))
    assert kept.facts == model.facts and kept.facts["data"] == data.name


def test_a_model_that_is_missing_damaged_or_foreign_is_refused(
    target: Target, data: PersonDataset, cache: Path, tmp_path: Path
) -> None:
    assert find_same_person(tmp_path, make(target, "exact")) is None
    made, _ = calibrate(target, data, cache, tmp_path)
    assert opening.open_interpreter(tmp_path, target).same_person is not None
    path = tmp_path / FILE
    whole = path.read_bytes()
    path.write_bytes(whole[:200])
    with pytest.raises(InterpreterError, match="is damaged .* calibrate again"):
        find_same_person(tmp_path, made)
    for place in np.random.default_rng(0).integers(8, len(whole), 60):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        with pytest.raises(InterpreterError, match="is damaged .* calibrate again") as caught:
            find_same_person(tmp_path, made)
        assert len(str(caught.value)) < 600


def test_a_new_fit_takes_the_model_of_the_old_one_away(
    target: Target, data: PersonDataset, cache: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made, _ = calibrate(target, data, cache, tmp_path)
    stale = (tmp_path / FILE).read_bytes()
    save_interpreter(tmp_path, made, target_name="demo")
    assert (tmp_path / FILE).is_file(), "the same weights, as after a trust card"
    torch.manual_seed(9)
    other = build_interpreter(target, made.schema, InterpreterSettings(form="exact", hidden=8))
    torch.nn.init.normal_(next(other.network.parameters()))
    save_interpreter(tmp_path, other, target_name="demo")
    assert not (tmp_path / FILE).exists() and "of an earlier fit and is gone" in caplog.text
    caplog.clear()
    (tmp_path / FILE).write_bytes(stale)
    assert opening.open_interpreter(tmp_path, target).same_person is None
    assert "calibrated with an earlier fit and is not used; calibrate again" in caplog.text
    assert find_same_person(tmp_path, other) is None


def test_an_explanation_says_how_probable_one_person_is(
    target: Target, data: PersonDataset, cache: Path, tmp_path: Path
) -> None:
    made, model = calibrate(target, data, cache, tmp_path)
    first, second = data.query.paths[0], data.gallery.paths[5]
    assert explain_pair(made, first, second).same_person is None
    opened = opening.open_interpreter(tmp_path, target)
    answer = explain_pair(opened, first, second).same_person
    one, other = (opened.read_images([path]) for path in (first, second))
    sides = [
        model.read(reading.embeddings, opened.appearance(reading), reading.styles) for reading in (one, other)
    ]
    score = model.score(*sides, opened.compare_all(one, other))
    assert answer is not None and answer.calibrated_on == data.name
    assert answer.probability == pytest.approx(float(model.probability(score)), abs=1e-4)
    assert answer.seen == bool(model.has_seen(score, *(side.familiar for side in sides)))
    unseen = replace(model, seen=(1e6, 2e6))
    opened.same_person = unseen
    explanation = explain_pair(opened, first, second)
    assert "this pair is out of distribution for calibration on persons." in summarise(explanation)
    assert json.loads(to_json(explanation))["same_person"]["seen"] is False


def test_an_explanation_names_the_pictures_of_another_kind(
    target: Target, data: PersonDataset, cache: Path, tmp_path: Path
) -> None:
    calibrate(target, data, cache, tmp_path)
    opened = opening.open_interpreter(tmp_path, target)
    first = data.query.paths[0]
    noise = tmp_path / "noise.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (128, 64, 3), dtype=np.uint8)).save(noise)
    explanation = explain_pair(opened, first, noise)
    assert explanation.same_person is not None and not explanation.same_person.seen
    assert explanation.same_person.foreign == ("noise.png",)
    said = "noise.png is out of distribution for calibration on persons (light, palette or sharpness)."
    assert said in summarise(explanation)
    assert json.loads(to_json(explanation))["same_person"]["foreign"] == ["noise.png"]
    both = summarise(explain_pair(opened, noise, np.full((128, 64, 3), 255, dtype=np.uint8)))
    assert "but noise.png and image B are out of distribution for calibration" in both
