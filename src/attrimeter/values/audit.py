"""What a model relies on over a whole data set, and where it fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from attrimeter.values.evaluation import RetrievalScores, Score

FAULT, NOTICE, FACT = "fault", "notice", "fact"
LEVELS = (FAULT, NOTICE, FACT)
"""How serious a finding is: the model should not be trusted so; worth a look; good to know."""


@dataclass(frozen=True)
class Finding:
    """One sentence that a reader must know, the gravest first.

    Attributes:
        level: one of ``LEVELS``.
        subject: what it is about: the name of a group, "other", "cameras", ...; for programs.
        title: a few words.
        text: one or two sentences with the numbers.
    """

    level: str
    subject: str
    title: str
    text: str


@dataclass(frozen=True)
class GroupReliance:
    """How much of the distance between different persons one attribute group carries, all in percent.

    A share is the sum of its contributions over the sum of the distances.

    Attributes:
        name: of the group.
        differs: share of the pairs whose labels differ in it (NaN without labels).
        share: over all pairs of different persons.
        share_differs, share_alike: where the labels differ, and where they agree.
        effect: ``share_differs - share_alike``: what the model makes of the difference.
    """

    name: str
    differs: float
    share: Score
    share_differs: Score
    share_alike: Score
    effect: Score


@dataclass(frozen=True)
class CameraPair:
    """Different persons in two cameras.

    Attributes:
        query, gallery: numbers of the cameras.
        pairs: how many were looked at.
        distance: mean distance, in percent of the mean over all cameras.
        shares: of each group and of *other*, in percent of the distance.
    """

    query: int
    gallery: int
    pairs: int
    distance: Score
    shares: Mapping[str, Score]


@dataclass(frozen=True)
class CameraBias:
    """Whether the camera gives persons away, all in percent.

    Attributes:
        nearer_same: how often somebody else in the query's own camera is nearer than the person
            in another camera.
        nearer_other: how often somebody else in another camera is.
        excess: ``nearer_same - nearer_other``; 0 for a model that no camera or background moves.
        other_share: how much of the difference between the mean distances of different persons before two
            cameras and before one is booked under *other* (NaN where there is none).
    """

    nearer_same: Score
    nearer_other: Score
    excess: Score
    other_share: float


@dataclass(frozen=True)
class PersonGroup:
    """The queries of the persons that share an annotated state.

    Attributes:
        attribute: its name.
        words: the state.
        persons, queries: how many.
        rank1, mean_ap: of these queries in the whole gallery, in percent.
        shares: of each group and of *other* in their distances from different persons, in percent.
    """

    attribute: str
    words: str
    persons: int
    queries: int
    rank1: Score
    mean_ap: Score
    shares: Mapping[str, Score]


@dataclass(frozen=True)
class Disparity:
    """The difference between two annotated groups of persons: first minus second, in percent points.

    The intervals are widened for the number of comparisons (Bonferroni), so that all hold at once.
    """

    attribute: str
    first: str
    second: str
    rank1: Score
    mean_ap: Score


@dataclass(frozen=True)
class WrongMatch:
    """A query whose nearest candidate is somebody else.

    Attributes:
        query, wrong, right: the picture, the nearest candidate, and the nearest of the same person.
        because: group (or *other*) -> how much farther it sets the right one than the wrong one, in percent
            of the distance of the wrong one; they sum to the whole difference.
    """

    query: Path
    wrong: Path
    right: Path
    because: Mapping[str, float]


@dataclass(frozen=True)
class ErrorCluster:
    """Wrong matches of rank 1 that share an explanation.

    Attributes:
        words: what they share ("same upper colour", "backpack missed"); empty for the rest, which shares
            nothing.
        count: how many.
        expected: how many of as many pairs of different persons drawn by chance would share it.
        because: mean over the cluster, as in :class:`WrongMatch`.
        examples: the clearest.
    """

    words: tuple[str, ...]
    count: int
    expected: float
    because: Mapping[str, float]
    examples: tuple[WrongMatch, ...]


@dataclass(frozen=True)
class Audit:
    """What ``attrimeter audit`` found.

    Attributes:
        target, target_fingerprint, form, schema, data: what was audited on what.
        queries, gallery, persons: sizes of the data set.
        pairs: pairs of different persons whose contributions were read.
        retrieval: of the target by its own distance.
        groups: one for each attribute group, the most relied on first.
        other: share of what no attribute carries.
        cameras: one for each pair of cameras.
        camera_bias: None where all images are of one camera.
        person_groups, disparities: by annotated state; empty without labels.
        wrong: queries whose nearest candidate is somebody else.
        clusters: of these, the largest first.
        findings: the gravest first; never empty.
        notes: sentences a reader must know.
    """

    target: str
    target_fingerprint: str
    form: str
    schema: str
    data: str
    queries: int
    gallery: int
    persons: int
    pairs: int
    retrieval: RetrievalScores
    groups: tuple[GroupReliance, ...]
    other: Score
    cameras: tuple[CameraPair, ...]
    camera_bias: CameraBias | None
    person_groups: tuple[PersonGroup, ...]
    disparities: tuple[Disparity, ...]
    wrong: int
    clusters: tuple[ErrorCluster, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
