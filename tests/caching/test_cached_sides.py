"""Sides of a data set in the cache, and what is said where nothing of them can be read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from attrimeter.caching.cached_sides import cache_side
from attrimeter.caching.map_cache import MapCache
from attrimeter.datasets import open_dataset
from attrimeter.errors import DatasetError
from attrimeter.evaluating.calibration import calibrate_interpreter
from attrimeter.interpreter import InterpreterSettings, build_interpreter, save_interpreter
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import Target, open_target
from attrimeter.values import ImageSet


@pytest.fixture(scope="module")
def target(tiny_target_file: Path) -> Target:
    return open_target(tiny_target_file)


def unreadable(images: ImageSet, folder: Path) -> ImageSet:
    paths = tuple(folder / path.name for path in images.paths)
    for path in paths:
        path.write_text("no picture")
    return replace(images, paths=paths)


def test_what_cannot_be_read_is_left_out(target: Target, rendered_set: Path, tmp_path: Path) -> None:
    images = open_dataset(rendered_set).query
    broken = unreadable(images.take(np.arange(1)), tmp_path)
    mixed = replace(images, paths=(broken.paths[0], *images.paths[1:]))
    assert len(cache_side(mixed, MapCache(tmp_path / "maps", target))) == len(images) - 1


def test_where_nothing_can_be_read_it_is_said(target: Target, rendered_set: Path, tmp_path: Path) -> None:
    images = unreadable(open_dataset(rendered_set).query, tmp_path)
    with pytest.raises(
        DatasetError, match=f"None of the {len(images)} images can be read .first .*Check the"
    ):
        cache_side(images, MapCache(tmp_path / "maps", target))
    assert len(cache_side(images.take(np.arange(0)), MapCache(tmp_path / "maps", target))) == 0


def test_calibrating_on_pictures_none_of_which_opens_is_refused(
    target: Target, rendered_set: Path, tmp_path: Path
) -> None:
    data = open_dataset(rendered_set)
    made = build_interpreter(target, SCHEMAS["market1501"], InterpreterSettings("exact", hidden=8))
    save_interpreter(tmp_path / "run", made, target_name="demo")
    broken = replace(data, train=unreadable(data.train, tmp_path))
    with pytest.raises(DatasetError, match="images can be read"):
        calibrate_interpreter(made, broken, folder=tmp_path / "run", cache=tmp_path / "maps")
