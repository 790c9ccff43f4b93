"""Two models on one data set: what each relies on, and where they disagree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from attrimeter.values.audit import Audit
from attrimeter.values.evaluation import Score

Side = Literal["first", "second"]


@dataclass(frozen=True)
class GroupDifference:
    """How differently two models rely on one attribute group (or on *other*), all in percent.

    The differences are first minus second, over the same pairs of different persons and the same bootstrap
    samples of identities; their intervals are widened for the number of groups (Bonferroni), so that all
    hold at once.

    Attributes:
        name: of the group.
        first, second: :attr:`GroupReliance.share` of either audit.
        difference: of these, in percent points.
        first_effect, second_effect: :attr:`GroupReliance.effect`: what either makes of a difference in the
            labels (NaN without labels, and for *other*).
        effect_difference: of these, in percent points.
    """

    name: str
    first: Score
    second: Score
    difference: Score
    first_effect: Score
    second_effect: Score
    effect_difference: Score


@dataclass(frozen=True)
class Agreement:
    """How alike two models see the data set.

    Attributes:
        same_nearest: queries, in percent, whose nearest candidate is the same picture for both.
        shared_nearest: how many of the ten nearest candidates the two have in common, in percent, mean over
            the queries (of all candidates where there are fewer than ten).
        rank_correlation: of the two distances over the same pairs of different persons (Spearman, -1 to 1).
        same_group: of these pairs, the share in percent in which the same group (of those that both know, or
            *other*) carries the largest contribution.
    """

    same_nearest: Score
    shared_nearest: Score
    rank_correlation: Score
    same_group: Score


@dataclass(frozen=True)
class Disagreement:
    """A query that only one of two models answers rightly.

    Attributes:
        query: the picture.
        right: the nearest candidate of the model that is right, which shows the same person.
        wrong: the nearest candidate of the model that is wrong, which shows somebody else.
        right_in: which model is right.
        because_first, because_second: group (or *other*) -> how much farther that model sets ``right`` than
            ``wrong``, in percent of its own distance of ``wrong``, as in :class:`WrongMatch`. They sum to a
            negative number for the model that is right and to a positive one (or 0) for the other; the
            groups whose two values lie farthest apart are why they disagree.
    """

    query: Path
    right: Path
    wrong: Path
    right_in: Side
    because_first: Mapping[str, float]
    because_second: Mapping[str, float]


@dataclass(frozen=True)
class DisagreementCluster:
    """Disagreements that share an explanation.

    Attributes:
        right_in: which model is right in all of them.
        words: what ``wrong`` and ``right`` share with the query or not, as in :class:`ErrorCluster`; empty
            for the rest, which shares nothing.
        count: how many.
        expected: how many of as many pairs of different persons drawn by chance would share it.
        because_first, because_second: means over the cluster, as in :class:`Disagreement`.
        examples: the clearest.
    """

    right_in: Side
    words: tuple[str, ...]
    count: int
    expected: float
    because_first: Mapping[str, float]
    because_second: Mapping[str, float]
    examples: tuple[Disagreement, ...]


@dataclass(frozen=True)
class Comparison:
    """What ``attrimeter compare`` found. Every difference is first minus second.

    Only what both models can be asked is compared: the queries that have a positive, and the groups that
    both interpreters know under one name. Groups that one alone knows are named; their shares stand in its
    audit and are not counted as *other*.

    Attributes:
        first, second: the audits of the two on the same data.
        names: what to call them.
        both_right, only_first_right, only_second_right, both_wrong: queries, by whose nearest candidate is
            the same person; they sum to all that were asked.
        rank1, mean_ap: differences of the retrieval scores in percent points, over the same bootstrap
            samples of identities.
        agreement: how alike the two see the data set.
        differences: one for each common group, the largest ``|difference|`` first.
        other: the same of what no attribute carries; where one interpreter knows more groups than the other,
            that is not the same thing in both.
        only_first_groups, only_second_groups: names of the groups that one interpreter alone knows.
        disagreements: every query that one alone answers rightly, the clearest first.
        reasons: clusters of these, the largest first.
        notes: sentences a reader must know (different schemas, different forms, ...).
    """

    first: Audit
    second: Audit
    names: tuple[str, str]
    both_right: int
    only_first_right: int
    only_second_right: int
    both_wrong: int
    rank1: Score
    mean_ap: Score
    agreement: Agreement
    differences: tuple[GroupDifference, ...]
    other: GroupDifference
    only_first_groups: tuple[str, ...]
    only_second_groups: tuple[str, ...]
    disagreements: tuple[Disagreement, ...]
    reasons: tuple[DisagreementCluster, ...]
    notes: tuple[str, ...] = ()

    @property
    def queries(self) -> int:
        """Queries that both were asked."""
        return self.both_right + self.only_first_right + self.only_second_right + self.both_wrong
