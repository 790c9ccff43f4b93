"""Choosing cameras, against a plain loop over images."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from attrimeter.datasets.cameras import only_cameras
from attrimeter.errors import DatasetError
from attrimeter.values import ImageSet, PersonDataset


def images(count: int, seed: int, *, masks: bool = False) -> ImageSet:
    rng = np.random.default_rng(seed)
    paths = tuple(Path(f"{seed}-{i}.jpg") for i in range(count))
    return ImageSet(
        paths=paths,
        identities=rng.integers(0, 4, count),
        cameras=rng.integers(1, 5, count),
        labels=rng.integers(-1, 2, (count, 3)).astype(np.int8),
        masks=paths if masks else None,
    )


def streets() -> PersonDataset:
    parts = images(20, 0, masks=True), images(12, 1), images(30, 2)
    return PersonDataset("streets", Path("streets"), None, *parts)


@pytest.mark.parametrize("cameras", [(1, 3), (4,), (3, 1, 3), (1, 2, 3, 4)])
def test_against_a_loop(cameras: tuple[int, ...]) -> None:
    data = streets()
    chosen = only_cameras(data, cameras)
    for part in ("train", "query", "gallery"):
        before, after = getattr(data, part), getattr(chosen, part)
        kept = [i for i in range(len(before)) if before.cameras[i] in cameras]
        assert after.paths == tuple(before.paths[i] for i in kept)
        np.testing.assert_array_equal(after.labels, before.labels[kept])
        np.testing.assert_array_equal(after.cameras, before.cameras[kept])
    assert len(data.train) == 20 and chosen.root == data.root


def test_the_name_says_which() -> None:
    assert only_cameras(streets(), (3, 1, 3)).name == "streets, cameras 1, 3"
    assert only_cameras(streets(), [2]).name == "streets, camera 2"


def test_no_such_camera() -> None:
    with pytest.raises(
        DatasetError, match=r"streets has no camera 7; its images are of cameras 1, 2, 3, 4\."
    ):
        only_cameras(streets(), (1, 9, 7))
    with pytest.raises(DatasetError, match="at least one camera"):
        only_cameras(streets(), ())
