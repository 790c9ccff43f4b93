"""The scores of an interpreter and its target on a data set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """A number with its 95 % interval, bootstrapped over identities (NaN where it cannot be had)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class RetrievalScores:
    """Retrieval by the Market-1501 protocol, all in percent.

    Attributes:
        rank1, rank5, rank10: CMC: share of queries with a hit in the first k.
        mean_ap: mean average precision (precision at hits).
        mean_inp: mean inverse negative penalty (positives / rank of the last positive).
        queries: queries with at least one positive; the others are left out.
        skipped_queries: queries without one.
    """

    rank1: Score
    rank5: Score
    rank10: Score
    mean_ap: Score
    mean_inp: Score
    queries: int
    skipped_queries: int


@dataclass(frozen=True)
class AttributionScores:
    """How well a ranking of attributes by component agrees with which labels differ, all in percent.

    It needs labels only, so it measures plausibility, not truth (AMD, ICCV 2021, section 4).

    Attributes:
        precision_exclusive: Ex_P_d, share of the N largest components that are exclusive.
        mean_ap_exclusive: Ex_mAP_d, average precision of the exclusive attributes from the largest.
        precision_common: Ex_P_s, the same for the common attributes from the smallest.
        mean_ap_common: Ex_mAP_s.
        pairs: pairs that were scored.
    """

    precision_exclusive: Score
    mean_ap_exclusive: Score
    precision_common: Score
    mean_ap_common: Score
    pairs: int


@dataclass(frozen=True)
class AttributeRow:
    """One attribute over the different-person pairs of a data set.

    Attributes:
        name: the attribute.
        differs: percent of pairs whose labels differ in it.
        share_differs: mean share of the distance, in percent, where the labels differ.
        share_common: mean share where they agree.
        average_precision: AP in percent of the pairs that differ, ranked by this attribute's component.
        reading_accuracy: balanced accuracy in percent of the state read in an image (50 = chance).
    """

    name: str
    differs: float
    share_differs: float
    share_common: float
    average_precision: float
    reading_accuracy: float


@dataclass(frozen=True)
class RankingScores:
    """One way to rank a gallery.

    Attributes:
        retrieval: by the Market-1501 protocol.
        gain_ap, gain_rank1: mean over queries of the difference from ``Reweighting.base``, in points, with an
            interval bootstrapped over the queries' identities; it excludes zero where the gain is no chance.
    """

    retrieval: RetrievalScores
    gain_ap: Score
    gain_rank1: Score


@dataclass(frozen=True)
class ReliabilityBin:
    """The pairs whose P(same person) lies in one bin of a reliability diagram, at even prior odds.

    Attributes:
        low, high: the bin's edges, in [0, 1].
        weight: share of all pairs that lie in it; those of the bins sum to 1.
        predicted: mean P(same person); NaN in an empty bin.
        observed: share of pairs that show the same person, with an interval bootstrapped over the queries'
            identities; NaN in an empty bin.
    """

    low: float
    high: float
    weight: float
    predicted: float
    observed: Score


@dataclass(frozen=True)
class Reweighting:
    """What ``attrimeter evaluate --reweight`` finds of the ranking of the gallery.

    Attributes:
        base: the ranking that the others are compared with.
        rankings: name -> scores; the first is the base.
        strengths: of the published modes, as chosen on training identities.
        calibration_error: ECE of P(same person) over query x gallery pairs at even prior odds, in [0, 1].
        brier: Brier score of the same.
        reliability: the bins of its diagram, from 0 to 1.
        pairs: that were scored for these three.
        unseen: share of pairs whose score, or one of whose images, lies outside what calibration has seen.
        calibrated_on: name of the data set.
    """

    base: str
    rankings: Mapping[str, RankingScores]
    strengths: Mapping[str, float]
    calibration_error: Score
    brier: Score
    reliability: tuple[ReliabilityBin, ...]
    pairs: int
    unseen: float
    calibrated_on: str


@dataclass(frozen=True)
class Evaluation:
    """What ``attrimeter evaluate`` found.

    Attributes:
        target, target_fingerprint, form, schema, data: what was evaluated on what.
        retrieval: "euclidean" and "cosine" -> scores of the frozen target.
        attribution: explainer -> scores; "interpreter" first, then the baselines that never see the pair's
            distance: "constant order" and "attribute classifier".
        gap: mean over pairs of |D - mean of the components| / D in percent (distilled form; else None).
        completeness: largest |sum of contributions - distance| / distance over the pairs.
        mean_other_share: mean share of "other" over different-person pairs, in percent.
        rows: one per attribute.
        notes: sentences a reader must know (skipped files, in-sample data, ...).
        reweighting: what the same-person model does for the ranking; None where that was not asked for.
    """

    target: str
    target_fingerprint: str
    form: str
    schema: str
    data: str
    retrieval: Mapping[str, RetrievalScores]
    attribution: Mapping[str, AttributionScores]
    gap: Score | None
    completeness: float
    mean_other_share: float
    rows: tuple[AttributeRow, ...]
    notes: tuple[str, ...] = ()
    reweighting: Reweighting | None = None
