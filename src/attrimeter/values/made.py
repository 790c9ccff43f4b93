"""What was made, and where: the answers of the walks that leave files behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Calibration:
    """The same-person model that was made for an interpreter.

    Attributes:
        folder: the interpreter's, where it is kept.
        data: name of the data set whose training persons it was learnt from.
        persons: how many they were.
        match_distance: up to which a pair is called a match, in the target's metric.
        strengths: of the published modes of re-weighting, as chosen on the same persons.
        changes: whether it was also learnt what would turn a match, and how sure that is.
    """

    folder: Path
    data: str
    persons: int
    match_distance: float
    strengths: Mapping[str, float]
    changes: bool


@dataclass(frozen=True)
class RenderedDataset:
    """A data set of rendered persons.

    Attributes:
        root: its folder.
        train, query, gallery: the number of pictures to train on, of queries, and in the gallery.
    """

    root: Path
    train: int
    query: int
    gallery: int


@dataclass(frozen=True)
class TrainedTarget:
    """A target that was trained.

    Attributes:
        file: its weights with their profile, which :func:`attrimeter.open_target` opens.
        profile: name of the profile.
        data: name of the data set whose training part it was trained on.
        epochs: passes over its images.
    """

    file: Path
    profile: str
    data: str
    epochs: int
