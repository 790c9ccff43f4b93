"""The fit on edits as a walk: what it leaves in the folder, what it keeps in the cache, what it refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from attrimeter.caching.edit_cache import EditCache
from attrimeter.caching.edit_renders import EditRenders
from attrimeter.datasets import open_dataset
from attrimeter.errors import SettingsError
from attrimeter.fitting import preparing
from attrimeter.fitting.epoch_report import EpochReport
from attrimeter.interpreter import Interpreter, open_interpreter
from attrimeter.interpreter.forms.fit_settings import EditFitSettings
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import open_target
from attrimeter.workflows import fitting

SCHEMA = SCHEMAS["market1501"]
SETTINGS = EditFitSettings(
    pairs=36, epochs=2, batch_families=2, validation_share=0.34, seed=1, mirrored=False
)


@pytest.fixture(autouse=True)
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three families in a shard, so that 24 pairs take two."""
    monkeypatch.setattr(preparing, "FAMILIES", 3)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def fit(target_file: Path, out: Path, cache: Path, data: Any = None, **changes: Any) -> Interpreter:
    words = {"settings": SETTINGS, "hidden": 8, "cache": cache, "workers": 1, "trust": False, **changes}
    return fitting.fit(target_file, data, out=out, device="cpu", **words)


def answers(interpreter: Interpreter, root: Path) -> torch.Tensor:
    reading = interpreter.read_images(sorted((root / "query").glob("*.jpg"))[:3])
    return interpreter.compare_all(reading, reading)


def test_the_folder_holds_the_interpreter_that_was_fitted(
    tiny_target_file: Path, rendered_set: Path, cache: Path, tmp_path: Path
) -> None:
    told: dict[str, list[Any]] = {"measuring": [], "fitting": [], "epoch": []}
    listener: dict[str, Any] = {
        "progress": lambda step: lambda done, total: told[step].append((done, total)),
        "on_epoch": lambda report: told["epoch"].append(report.epoch),
    }
    out = tmp_path / "run"
    fitted = fit(tiny_target_file, out, cache, **listener)
    kept = open_interpreter(out, fitted.target)
    assert torch.equal(answers(kept, rendered_set), answers(fitted, rendered_set))
    assert kept.baseline is not None and kept.facts == fitted.facts
    assert len(json.loads((out / "history.json").read_text())) == 2
    assert {path.name for path in out.iterdir()} >= {"interpreter.json", "losses.png", "checkpoint.pt"}
    assert told == {"measuring": [(1, 2), (2, 2)], "fitting": [(n, 4) for n in range(1, 5)], "epoch": [1, 2]}


def test_the_facts_are_of_the_rendered_persons(tiny_target_file: Path, cache: Path, tmp_path: Path) -> None:
    fitted = fit(tiny_target_file, tmp_path / "run", cache)
    target, facts = fitted.target, fitted.facts
    assert facts.target.path == str(tiny_target_file.resolve())
    made = {"data": "rendered edits", "pairs": 36, "families": 6, "real_images": 0, "epochs": 2, "seed": 1}
    assert {name: getattr(facts.fit, name) for name in made} == made
    assert facts.fit.epoch in (1, 2) and set(facts.fit.validation or ()) == {"relative_error", "leak"}
    labels, embeddings, persons = [], [], []
    for index in range(2):
        shard = EditRenders(cache, families=3).open(index)
        seen = target.embed_images(list(shard.images)).astype(np.float64)
        whole = 2 ** shard.differs.sum(axis=1)[shard.families] - 1
        kept = (shard.roles <= 0) | (shard.roles == whole)
        labels.append(shard.labels[kept])
        embeddings.append(seen[kept])
        sides = zip(shard.families[kept], shard.roles[kept], strict=True)
        persons += [(index, int(family), int(role)) for family, role in sides]
    stacked = np.concatenate(labels)
    assert facts.attributes.prevalence == pytest.approx((stacked == 1).mean(axis=0).tolist())
    points = np.concatenate(embeddings)
    same = [
        float(np.linalg.norm(points[i] - points[j]))
        for i in range(len(points))
        for j in range(i)
        if persons[i] == persons[j]
    ]
    quantiles = facts.distances.same
    assert quantiles[0] == pytest.approx(min(same), rel=1e-3)
    assert quantiles[-1] == pytest.approx(max(same), rel=1e-3)


def test_another_look_is_edited_and_told(tiny_target_file: Path, cache: Path, tmp_path: Path) -> None:
    settings = replace(SETTINGS, scene="night", epochs=1, pairs=18)
    fitted = fit(tiny_target_file, tmp_path / "run", cache, settings=settings)
    renders = EditRenders(cache, families=3, scene="night")
    assert fitted.facts.fit.scene == "night" and renders.path(0).is_file()


def test_average_shares_are_means_over_the_pairs_where_a_group_differs(
    tiny_target_file: Path, cache: Path, tmp_path: Path
) -> None:
    fitted = fit(tiny_target_file, tmp_path / "run", cache)
    renders = EditRenders(cache, families=3)
    pairs = EditCache(cache, fitted.target, SCHEMA, renders).fill(2).pairs
    for column, share in enumerate(fitted.facts.true_shares or ()):
        rows = [row for row in range(len(pairs.total)) if pairs.differs[row, column] and pairs.none[row]]
        mean = np.mean([pairs.truth[row, column] / pairs.total[row] for row in rows]) if rows else 0.0
        assert share == pytest.approx(mean, rel=1e-4, abs=1e-6)


def test_a_second_fit_neither_renders_nor_measures(
    tiny_target_file: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit(tiny_target_file, tmp_path / "one", cache)
    monkeypatch.setattr("attrimeter.caching.edit_renders.render_family", None)
    monkeypatch.setattr("attrimeter.caching.edit_cache.measure_shard", None)
    fit(tiny_target_file, tmp_path / "two", cache)
    one, two = ((tmp_path / name).glob("weights-*") for name in ("one", "two"))
    assert [path.name for path in one] == [path.name for path in two]


def test_labelled_images_are_read_besides(
    tiny_target_file: Path, rendered_set: Path, cache: Path, tmp_path: Path
) -> None:
    data = open_dataset(rendered_set)
    fitted = fit(tiny_target_file, tmp_path / "run", cache, data)
    assert (fitted.facts.fit.data, fitted.facts.fit.real_images) == ("persons", 32)
    known = [(column[column >= 0] == 1).mean() for column in data.train.labels.T]
    assert fitted.facts.attributes.prevalence == pytest.approx(known)
    history = json.loads((tmp_path / "run" / "history.json").read_text())
    assert history[-1]["train_real"] > 0
    plain = fit(tiny_target_file, tmp_path / "plain", cache)
    assert not torch.equal(answers(fitted, rendered_set), answers(plain, rendered_set))


def test_after_an_epoch_the_folder_is_usable_and_the_fit_goes_on(
    tiny_target_file: Path, rendered_set: Path, cache: Path, tmp_path: Path
) -> None:
    def stop(report: EpochReport) -> None:
        raise KeyboardInterrupt

    out = tmp_path / "run"
    with pytest.raises(KeyboardInterrupt):
        fit(tiny_target_file, out, cache, on_epoch=stop)
    target = open_target(tiny_target_file)
    kept = open_interpreter(out, target)
    assert kept.facts.fit.epoch == 1 and bool(torch.isfinite(answers(kept, rendered_set)).all())
    resumed = fit(tiny_target_file, out, cache, resume=True)
    unbroken = fit(tiny_target_file, tmp_path / "unbroken", cache)
    assert torch.equal(answers(resumed, rendered_set), answers(unbroken, rendered_set))


def test_what_cannot_be_is_told_before_anything_is_rendered(
    tiny_target_file: Path, rendered_set: Path, tmp_path: Path
) -> None:
    data = replace(open_dataset(rendered_set), schema=SCHEMAS["dukemtmc"])
    with pytest.raises(SettingsError, match="no checkpoint in .*leave out --resume"):
        fit(tiny_target_file, tmp_path / "run", tmp_path / "cache", resume=True)
    with pytest.raises(
        SettingsError, match="'market1501'; the data follow 'dukemtmc'.*exact or the distilled"
    ):
        fit(tiny_target_file, tmp_path / "run", tmp_path / "cache", data)
    assert not list(tmp_path.iterdir())
