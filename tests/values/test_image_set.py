from __future__ import annotations

from pathlib import Path

import numpy as np

from attrimeter.values import ImageSet


def make(masks: bool) -> ImageSet:
    return ImageSet(
        paths=tuple(Path(f"{n}.jpg") for n in range(4)),
        identities=np.array([5, 6, 7, 8]),
        cameras=np.array([1, 2, 3, 4]),
        labels=np.arange(8, dtype=np.int8).reshape(4, 2),
        masks=tuple(Path(f"{n}.png") for n in range(4)) if masks else None,
    )


def test_take_by_index_in_that_order() -> None:
    taken = make(masks=True).take(np.array([3, 0, 3]))
    assert [path.name for path in taken.paths] == ["3.jpg", "0.jpg", "3.jpg"]
    assert taken.identities.tolist() == [8, 5, 8] and taken.cameras.tolist() == [4, 1, 4]
    assert taken.labels.tolist() == [[6, 7], [0, 1], [6, 7]]
    assert taken.masks is not None and [path.name for path in taken.masks] == ["3.png", "0.png", "3.png"]
    assert len(taken) == 3


def test_take_by_mask() -> None:
    taken = make(masks=False).take(np.array([False, True, False, True]))
    assert taken.identities.tolist() == [6, 8] and taken.masks is None


def test_take_nothing() -> None:
    for rows in (np.zeros(0, dtype=int), np.zeros(4, dtype=bool)):
        taken = make(masks=True).take(rows)
        assert len(taken) == 0 and taken.labels.shape == (0, 2) and taken.masks == ()
