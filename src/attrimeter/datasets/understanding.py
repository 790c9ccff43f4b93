"""How a data set was understood, in words, before any work begins."""

from __future__ import annotations

import logging

import numpy as np

from attrimeter.datasets.names import DISTRACTOR_IDENTITY
from attrimeter.values import ImageSet, PersonDataset

_LOG = logging.getLogger(__name__)

WAY_OUT = (
    "If that is wrong, name the layout with --layout, or list the images in a CSV file with the columns "
    "path, identity, camera and split."
)


def describe_dataset(dataset: PersonDataset) -> tuple[str, ...]:
    """Sentences: what was found and where it was read, what may not be meant so, and what to do if it is
    wrong.

    Empty where the data set was not read from a disk.
    """
    understood = dataset.understood
    if understood is None:
        return ()
    cameras = _count(understood.camera_count, "camera")
    where = f"identities are {understood.identities}; cameras are {understood.cameras}"
    labels = f"; labels are from {understood.attribute_file}" if understood.attribute_file else ""
    return (
        f"{dataset.name} (layout {understood.layout}): {_persons(dataset)}; {_parts(dataset)}; {cameras}.",
        f"Understood so: {where}{labels}.",
        *understood.remarks,
        *understood.label_remarks,
        WAY_OUT,
    )


def say_understood(dataset: PersonDataset) -> None:
    """Say :func:`describe_dataset` in the log ``attrimeter``, at level INFO, before any work begins."""
    for sentence in describe_dataset(dataset):
        _LOG.info("%s", sentence)


def _persons(dataset: PersonDataset) -> str:
    everybody = np.concatenate([part.identities for part in _sides(dataset)])
    return _count(len(np.unique(everybody[everybody != DISTRACTOR_IDENTITY])), "identity", "identities")


def _parts(dataset: PersonDataset) -> str:
    train, query, gallery = _sides(dataset)
    distractors = int((gallery.identities == DISTRACTOR_IDENTITY).sum())
    beside = f", {distractors:,} of nobody known" if distractors else ""
    return (
        f"{_count(len(train), 'image')} to train, {_count(len(query), 'query', 'queries')} and "
        f"{_count(len(gallery), 'gallery image')}{beside}"
    )


def _sides(dataset: PersonDataset) -> tuple[ImageSet, ImageSet, ImageSet]:
    return dataset.train, dataset.query, dataset.gallery


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
