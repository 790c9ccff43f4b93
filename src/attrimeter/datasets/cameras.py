"""A data set as some of its cameras saw it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from attrimeter.errors import DatasetError
from attrimeter.values import PersonDataset


def only_cameras(dataset: PersonDataset, cameras: Sequence[int]) -> PersonDataset:
    """The images of these cameras, in train part, queries and gallery alike.

    Its name says which they are, so that whatever is fitted or measured on it says so too.

    Args:
        cameras: their numbers; order and repetition do not matter.

    Raises:
        DatasetError: no camera, or one that the data set does not have.
    """
    parts = (dataset.train, dataset.query, dataset.gallery)
    known = {int(camera) for part in parts for camera in np.unique(part.cameras)}
    if not cameras:
        raise DatasetError(f"Name at least one camera of {dataset.name} ({_name(known)}).")
    missing = sorted(set(cameras) - known)
    if missing:
        raise DatasetError(f"{dataset.name} has no camera {missing[0]}; its images are of {_name(known)}.")
    train, query, gallery = (part.take(np.isin(part.cameras, list(cameras))) for part in parts)
    name = f"{dataset.name}, {_name(set(cameras))}"
    understood = dataset.understood and replace(dataset.understood, camera_count=len(set(cameras)))
    return replace(dataset, name=name, train=train, query=query, gallery=gallery, understood=understood)


def _name(cameras: set[int]) -> str:
    word = "camera" if len(cameras) == 1 else "cameras"
    return f"{word} {', '.join(str(camera) for camera in sorted(cameras))}"
