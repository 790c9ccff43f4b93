"""From a list of images with the names of identities and cameras to a data set: one set of rules for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from jaxtyping import Int, Int8

from attrimeter.arrays import Array
from attrimeter.datasets.attribute_table import AttributeTable, unknown_labels
from attrimeter.datasets.layout import Assumed
from attrimeter.datasets.names import (
    DISTRACTOR_IDENTITY,
    JUNK_IDENTITY,
    Numbering,
    number_cameras,
    number_identities,
)
from attrimeter.datasets.same_files import mark_copies
from attrimeter.schemas import AttributeSchema
from attrimeter.values import ImageSet, PersonDataset, Skipped, Understood

TRAIN, QUERY, GALLERY = SPLITS = ("train", "query", "gallery")

UNKNOWN_CAMERA = 0
"""The camera of an image that names none."""

UNKNOWN_GALLERY_CAMERA = -1
"""The same in a gallery: another number, because the protocol drops what the query's own camera took."""


@dataclass
class Listing:
    """Images in the order in which they are to be, a row each, while they are collected.

    Attributes:
        paths: the files.
        identities: names of persons.
        cameras: names of cameras, None where an image names none.
        splits: members of :data:`SPLITS`; an image of two splits is listed twice.
        labels: a row for each image, in the schema's order; None where nothing is known.
        skipped: what could not be used.
        remarks: what a user should know.
    """

    paths: list[Path] = field(default_factory=list)
    identities: list[str] = field(default_factory=list)
    cameras: list[str | None] = field(default_factory=list)
    splits: list[str] = field(default_factory=list)
    labels: Int8[Array, "images attr"] | None = None
    skipped: list[Skipped] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def add(self, path: Path, identity: str, camera: str | None, split: str) -> None:
        """Add an image."""
        self.paths.append(path)
        self.identities.append(identity)
        self.cameras.append(camera)
        self.splits.append(split)


def make_dataset(
    root: Path,
    listing: Listing,
    *,
    layout: str,
    assumes: Assumed,
    schema: AttributeSchema | None,
    name: str | None = None,
    zero_is_person: bool = False,
) -> PersonDataset:
    """The data set that a listing describes: junk left out, names numbered, the same files found.

    Args:
        name: what it is called; None takes the folder's name.
        zero_is_person: in this layout identity 0 is a person like others.
    """
    persons = number_identities(listing.identities, zero_is_person=zero_is_person)
    cameras = number_cameras(listing.cameras)
    identities = np.array([persons.numbers[n] for n in listing.identities], dtype=np.int64)
    splits = np.array(listing.splits, dtype="U8")
    taken = _camera_numbers(listing.cameras, cameras, splits)
    kept = identities != JUNK_IDENTITY
    parts = []
    for split in SPLITS:
        rows = np.flatnonzero(kept & (splits == split))
        parts.append(_image_set(listing, rows, identities, taken, schema))
    train, (query, gallery, copied) = parts[0], mark_copies(parts[1], parts[2])
    return PersonDataset(
        name=name or root.resolve().name,
        root=root,
        schema=schema,
        train=train,
        query=query,
        gallery=gallery,
        skipped=tuple(listing.skipped),
        understood=Understood(
            layout=layout,
            identities=assumes.identities,
            cameras=assumes.cameras,
            camera_count=len(set(cameras.numbers.values())),
            remarks=(
                *listing.remarks,
                *(remark for remark in (persons.remark, cameras.remark) if remark),
                *_junk_remark(int((~kept).sum())),
                *_zero_remark(train, query, gallery),
                *copied,
            ),
        ),
    )


def label_images(dataset: PersonDataset, table: AttributeTable) -> PersonDataset:
    """The data set with the labels and ages of a table, found by the numbers of identities."""

    def labelled(images: ImageSet) -> ImageSet:
        ages = table.ages_of(images.identities) if table.ages.any() else None
        return replace(images, labels=table.labels_of(images.identities), ages=ages)

    return replace(
        dataset,
        train=labelled(dataset.train),
        query=labelled(dataset.query),
        gallery=labelled(dataset.gallery),
    )


def _camera_numbers(names: Sequence[str | None], numbering: Numbering, splits: Array) -> Int[Array, " n"]:
    unknown = np.where(splits == GALLERY, UNKNOWN_GALLERY_CAMERA, UNKNOWN_CAMERA)
    known = numbering.numbers
    return np.array(
        [
            other if name is None else known.get(name, other)
            for name, other in zip(names, unknown, strict=True)
        ],
        dtype=np.int64,
    )


def _image_set(
    listing: Listing, rows: Array, identities: Array, cameras: Array, schema: AttributeSchema | None
) -> ImageSet:
    count = 0 if schema is None else len(schema)
    labels = unknown_labels(len(rows), count) if listing.labels is None else listing.labels[rows]
    return ImageSet(
        paths=tuple(listing.paths[row] for row in rows.tolist()),
        identities=identities[rows],
        cameras=cameras[rows],
        labels=labels,
    )


def _junk_remark(images: int) -> list[str]:
    return [f"Of junk (identity -1) {images:,} images are left out."] if images else []


def _zero_remark(train: ImageSet, query: ImageSet, gallery: ImageSet) -> list[str]:
    """Say it where 0 looks like a person: in places where no distractor is, or first of a row of numbers."""
    parts = [part.identities for part in (train, query, gallery)]
    zeros = sum(int((part == DISTRACTOR_IDENTITY).sum()) for part in parts)
    if not zeros:
        return []
    seen = np.unique(np.concatenate(parts))
    beside = int(
        (train.identities == DISTRACTOR_IDENTITY).sum() + (query.identities == DISTRACTOR_IDENTITY).sum()
    )
    in_a_row = len(seen) > 2 and seen[-1] == len(seen) - 1
    if not beside and not in_a_row:
        return []
    why = (
        f"the identities run from 0 to {seen[-1]}"
        if in_a_row
        else f"{beside:,} of them are to train or queries"
    )
    return [
        f"{zeros:,} images have identity 0, which stands for distractors, and match nobody; but {why}: if 0 "
        "is a person, number the identities from 1."
    ]
