"""What the caches say of their size before they are written, beside what they then take."""

from __future__ import annotations

import logging
import re
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from attrimeter.caching.edit_cache import EditCache
from attrimeter.caching.edit_renders import EditRenders
from attrimeter.caching.map_cache import MapCache
from attrimeter.errors import StorageError
from attrimeter.fitting.fit_data import prepare_fit_data
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import Target, open_target
from attrimeter.workflows.opening import open_dataset

SCHEMA = SCHEMAS["market1501"]
Usage = namedtuple("Usage", "total used free")


@pytest.fixture(scope="module")
def target(tiny_target_file: Path) -> Target:
    return open_target(tiny_target_file)


def on_disk(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def leave_free(monkeypatch: pytest.MonkeyPatch, free: float) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda place: Usage(10**12, 0, int(free)))


def test_maps_take_what_was_said(
    target: Target, rendered_set: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    paths = sorted((rendered_set / "bounding_box_train").glob("*.jpg"))
    store = MapCache(tmp_path / "maps", target)
    with caplog.at_level(logging.INFO, logger="attrimeter"):
        store.fill(paths)
        assert len(caplog.messages) == 1 and "The maps of 32 images take " in caplog.messages[0]
        store.fill(paths)
        assert len(caplog.messages) == 1, "nothing is missing, so nothing is said"
    assert store.size_of(32) == pytest.approx(on_disk(tmp_path / "maps"), rel=0.02)


def test_maps_that_do_not_fit_are_refused_before_any_is_read(
    target: Target, rendered_set: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With mirror images, both sides are counted before the first begins."""
    images = open_dataset(rendered_set, strict=True).train
    one_side = MapCache(tmp_path / "maps", target).size_of(len(images))
    leave_free(monkeypatch, 1.5 * one_side)
    reports: list[tuple[int, int]] = []

    def prepare(*, mirrored: bool) -> None:
        prepare_fit_data(
            images, target, SCHEMA, cache=tmp_path / "maps", mirrored=mirrored, with_parts=False,
            progress=lambda *now: reports.append(now),
        )  # fmt: skip

    with pytest.raises(StorageError, match="The maps of 32 images take .* more soon after .*--no-mirrored"):
        prepare(mirrored=True)
    assert reports == [] and not list(tmp_path.rglob("*.npy"))
    prepare(mirrored=False)
    assert reports[-1] == (32, 32)


@pytest.mark.parametrize("mirrored", [False, True])
def test_edits_take_about_what_was_said(
    target: Target, tmp_path: Path, caplog: pytest.LogCaptureFixture, mirrored: bool
) -> None:
    """Within a third: how many edits a family has, and how well they compress, is not known before."""
    edits = EditCache(tmp_path / "measures", target, SCHEMA, EditRenders(tmp_path / "renders", families=4))
    said = edits.size_of(1, mirrored=mirrored)
    with caplog.at_level(logging.INFO, logger="attrimeter"):
        edits.fill(1, mirrored=mirrored, workers=1)
    assert re.match(f"{48 if mirrored else 24} edit pairs.* take .* about ", caplog.messages[0])
    assert said == pytest.approx(on_disk(tmp_path), rel=0.33)
    assert edits.size_of(1, mirrored=mirrored) == 0


def test_edits_that_do_not_fit_are_refused_before_any_is_rendered(
    target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edits = EditCache(tmp_path / "measures", target, SCHEMA, EditRenders(tmp_path / "renders"))
    monkeypatch.setattr(EditRenders, "fill", lambda *words, **settings: pytest.fail("rendered"))
    leave_free(monkeypatch, 0.9 * edits.size_of(200, mirrored=True))
    with pytest.raises(StorageError, match="edit pairs.* take .* --pairs, .*--no-mirrored"):
        edits.fill(200, mirrored=True)
    assert not list(tmp_path.rglob("*.np[yz]"))
