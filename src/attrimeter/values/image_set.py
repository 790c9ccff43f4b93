"""Images of persons with what is known about them: the rows that every walk passes along."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Int, Int8

Array = np.ndarray[Any, np.dtype[Any]]


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
    """

    paths: tuple[Path, ...]
    identities: Int[Array, " images"]
    cameras: Int[Array, " images"]
    labels: Int8[Array, "images attr"]
    masks: tuple[Path, ...] | None = field(default=None)
    ages: Int8[Array, " images"] | None = None

    def __len__(self) -> int:
        return len(self.paths)

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
        )


@dataclass(frozen=True)
class PersonDataset:
    """A ReID data set: images to fit on, and queries to find in a gallery.

    Any of the three parts can be empty (a plain folder has only ``train``).
    """

    name: str
    root: Path
    schema_name: str | None
    train: ImageSet
    query: ImageSet
    gallery: ImageSet
    skipped: tuple[Skipped, ...] = ()
