"""Images of persons with what is known about them: the rows that every walk passes along."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from jaxtyping import Int, Int8

from attrimeter.arrays import Array
from attrimeter.schemas import AttributeSchema

AGES = ("child", "teenager", "adult", "old person")
"""What annotators of Market-1501 call the ages 1 to 4."""


@dataclass(frozen=True)
class Skipped:
    """A file that a data set holds and that could not be used, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class ImageSet:
    """N person images with identity, camera and attribute labels.

    Attributes:
        paths: N image files.
        identities: N integers; 0 is a distractor (never a positive of any query).
        cameras: N integers.
        labels: N x K in {1 positive (coding 2), 0 negative (coding 1), -1 unknown}; K may be 0.
        masks: N part-mask files where the data set has them, else None.
        ages: N annotated ages where the data set has them, else None: a number of :data:`AGES`, 0 if unknown.
        copies: where a query and a gallery image are the same file and no camera tells them apart, a number
            of 0 and more that both bear, and -1 for all other images; None where there are none.
    """

    paths: tuple[Path, ...]
    identities: Int[Array, " images"]
    cameras: Int[Array, " images"]
    labels: Int8[Array, "images attr"]
    masks: tuple[Path, ...] | None = field(default=None)
    ages: Int8[Array, " images"] | None = None
    copies: Int[Array, " images"] | None = None

    def __len__(self) -> int:
        return len(self.paths)

    @property
    def views(self) -> Int[Array, " images"]:
        """What the protocol compares: a query never meets its own person in the same view.

        That is the camera, and for a query that lies in the gallery too the file itself: a negative number
        that only the two share.
        """
        return (
            self.cameras
            if self.copies is None
            else np.where(self.copies >= 0, -2 - self.copies, self.cameras)
        )

    def take(self, rows: Array) -> ImageSet:
        """The images at ``rows`` (indexes or a boolean mask of length N), in that order."""
        index = np.flatnonzero(rows) if rows.dtype == bool else rows
        return ImageSet(
            paths=tuple(self.paths[i] for i in index),
            identities=self.identities[index],
            cameras=self.cameras[index],
            labels=self.labels[index],
            masks=None if self.masks is None else tuple(self.masks[i] for i in index),
            ages=None if self.ages is None else self.ages[index],
            copies=None if self.copies is None else self.copies[index],
        )


@dataclass(frozen=True)
class Understood:
    """How a data set was read.

    Attributes:
        layout: its name.
        identities, cameras: where they were read, in a few words.
        camera_count: different cameras that images name; 0 where none names one.
        attribute_file: the file that the labels are from, None where there is none.
        remarks: sentences on what may not be what its owner means.
        label_remarks: the same of the labels.
    """

    layout: str
    identities: str
    cameras: str
    camera_count: int
    attribute_file: Path | None = None
    remarks: tuple[str, ...] = ()
    label_remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class PersonDataset:
    """A ReID data set: images to fit on, and queries to find in a gallery.

    Any of the three parts can be empty (a plain folder has only ``train``). ``schema`` says what the columns
    of the labels mean; None where there are no labels. ``understood`` is None where nothing was read from a
    disk.
    """

    name: str
    root: Path
    schema: AttributeSchema | None
    train: ImageSet
    query: ImageSet
    gallery: ImageSet
    skipped: tuple[Skipped, ...] = ()
    understood: Understood | None = None

    @property
    def schema_name(self) -> str | None:
        """The name of the schema, None where there are no labels."""
        return None if self.schema is None else self.schema.name
