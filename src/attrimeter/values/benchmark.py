"""Explainers against measured truth: the pairs, what an explainer says of them, and how it scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

from jaxtyping import Bool, Float, Int, UInt8

from attrimeter.arrays import Array
from attrimeter.values.evaluation import Score

_COMMON = ("target_fingerprint", "groups")
"""The fields of MeasuredPairs that all pairs share."""


@dataclass(frozen=True)
class MeasuredPairs:
    """n rendered pairs whose true contributions were measured on one target (docs/method.md#truth-by-edits).

    All distances are squared Euclidean distances of the target's embeddings.

    Attributes:
        target_fingerprint: of the target they were measured on.
        groups: names of the attribute groups, in the order of the schema.
        first, second: the two pictures of each pair.
        first_masks, second_masks: their part masks.
        differs: which groups differ in each pair.
        truth: Shapley value of each group; 0 where it does not differ.
        none: D^2 when no group is edited, which is the part of *other*; truth.sum(1) + none = total.
        total: D^2 of the pair itself.
        kinds: "few", "many", "same" or "edited" of each pair (``synthesis.KINDS``).
        identities: number of the couple of persons; pairs that show the same couple share it.
    """

    target_fingerprint: str
    groups: tuple[str, ...]
    first: UInt8[Array, "n height width 3"]
    second: UInt8[Array, "n height width 3"]
    first_masks: UInt8[Array, "n height width"]
    second_masks: UInt8[Array, "n height width"]
    differs: Bool[Array, "n groups"]
    truth: Float[Array, "n groups"]
    none: Float[Array, " n"]
    total: Float[Array, " n"]
    kinds: Array
    identities: Int[Array, " n"]

    def __len__(self) -> int:
        return len(self.total)

    def take(self, rows: Bool[Array, " n"] | Int[Array, " m"]) -> MeasuredPairs:
        """Some of the pairs, by a mask or by their numbers."""
        per_pair = {f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name not in _COMMON}
        return replace(self, **per_pair)


@dataclass(frozen=True)
class Attribution:
    """What one explainer says of n pairs.

    Attributes:
        explainer: its name in tables.
        uses_labels: whether it uses the labels of which groups differ.
        contributions: of each group, in units of the squared distance.
        first_maps, second_maps: where it sees each group, >= 0, on a grid of its own; None if it draws none.
        seconds: it took per pair.
    """

    explainer: str
    uses_labels: bool
    contributions: Float[Array, "n groups"]
    first_maps: Float[Array, "n groups h w"] | None
    second_maps: Float[Array, "n groups h w"] | None
    seconds: float

    def take(self, rows: Bool[Array, " n"] | Int[Array, " m"]) -> Attribution:
        """What it says of some of the pairs, by a mask or by their numbers."""
        first, second = (None if maps is None else maps[rows] for maps in (self.first_maps, self.second_maps))
        return replace(self, contributions=self.contributions[rows], first_maps=first, second_maps=second)


@dataclass(frozen=True)
class AgreementScores:
    """How well an attribution agrees with the truth on pairs of one kind.

    Attributes:
        relative_error: sum |c - phi| / sum |phi| (NaN for the same person: there is no phi).
        leak: sum of |c| on groups that do not differ, over sum |phi|; for the same person over sum D^2.
        spearman: mean rank correlation of c and phi over the groups that differ, of pairs with three or more.
        top1: share of those pairs whose largest contribution is the truly largest.
        sign: share of right signs among groups that truly carry a tenth or more of sum |phi| of their pair.
        pairs: pairs of that kind.
    """

    relative_error: Score
    leak: Score
    spearman: Score
    top1: Score
    sign: Score
    pairs: int


@dataclass(frozen=True)
class LocalisationScores:
    """Whether the map of a group lies on its body part, over pictures where the part covers enough pixels.

    Attributes:
        map_share: mean share of the map's mass on the part.
        part_share: mean share of the picture that the part covers.
        pointing: share of pictures whose map peaks on the part; a tie with a cell off the part is a miss.
        images: pictures that were scored.
    """

    map_share: Score
    part_share: Score
    pointing: Score
    images: int


@dataclass(frozen=True)
class CurveScores:
    """D^2 while the most important pixels are blurred away (deletion) or brought back (insertion).

    Attributes:
        fractions: of the pixels that are changed, from 0 to 1.
        deletion, insertion: mean D^2 relative to the untouched pair's at each fraction.
        random_deletion, random_insertion: the same in the order of a blurred random map.
        deletion_gain: area between random and own deletion curve, positive is better.
        insertion_gain: area between own and random insertion curve, positive is better.
    """

    fractions: tuple[float, ...]
    deletion: tuple[float, ...]
    insertion: tuple[float, ...]
    random_deletion: tuple[float, ...]
    random_insertion: tuple[float, ...]
    deletion_gain: Score
    insertion_gain: Score


@dataclass(frozen=True)
class ExplainerScores:
    """One line of the benchmark's table.

    Attributes:
        name: the explainer.
        uses_labels: whether it uses the labels of which groups differ.
        kinds: kind of pair -> scores.
        groups: group -> scores over the "few" and "many" pairs, of that group alone.
        maps: group -> where its maps lie; empty if it draws none.
        curves: deletion and insertion; None if it draws no maps.
        milliseconds: per pair.
        interpreter: whether it is one of the interpreters that were asked about, and not a baseline.
        ceiling: whether it is no explainer but the truth itself, measured a second time under other
            conditions: as near as anything that sees the pictures can be expected to come.
        coverage: share of true values inside the 90 % intervals of its trust card: of "all" groups, of those
            "where it differs", and of "other"; empty without a card.
    """

    name: str
    uses_labels: bool
    kinds: Mapping[str, AgreementScores]
    groups: Mapping[str, GroupScores]
    maps: Mapping[str, LocalisationScores]
    curves: CurveScores | None
    milliseconds: float
    interpreter: bool = False
    ceiling: bool = False
    coverage: Mapping[str, Score] = field(default_factory=dict)


@dataclass(frozen=True)
class GroupScores:
    """How well one group's contributions agree with the truth, over pairs of different persons in two views.

    Attributes:
        relative_error: sum |c - phi| / sum |phi| of that group where it differs.
        leak: sum |c| where it does not differ over sum |phi| of that group where it does.
        correlation: rank correlation of c / D^2 and phi / D^2 over the pairs in which it differs.
        sign: share of right signs where it truly carries a tenth or more of its pair's sum |phi|.
        true_share: mean phi / D^2 where it differs.
        pairs: pairs in which it differs.
    """

    relative_error: Score
    leak: Score
    correlation: Score
    sign: Score
    true_share: Score
    pairs: int


@dataclass(frozen=True)
class Benchmark:
    """What ``attrimeter benchmark`` found for one target.

    Attributes:
        target: name of the target's profile.
        target_fingerprint: of its weights and profile.
        seed: of the persons and views.
        pairs: kind -> number of pairs.
        other_share: kind -> mean D^2(none) / D^2: what truly belongs to *other*.
        true_shares: group -> mean true share of D^2 over the pairs in which it differs.
        explainers: one line each, interpreters first.
        seconds: measuring the truth took (0 if it came from the cache).
        notes: sentences a reader must know.
    """

    target: str
    target_fingerprint: str
    seed: int
    pairs: Mapping[str, int]
    other_share: Mapping[str, Score]
    true_shares: Mapping[str, Score]
    explainers: tuple[ExplainerScores, ...]
    seconds: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class BenchmarkRun:
    """A benchmark and what its scores come from: the pairs, and each explainer's attribution of them."""

    benchmark: Benchmark
    pairs: MeasuredPairs
    attributions: tuple[Attribution, ...]
