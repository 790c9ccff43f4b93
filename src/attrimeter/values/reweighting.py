"""Whether explanations improve the ranking of a gallery, and whether their probabilities can be believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from attrimeter.values.evaluation import RetrievalScores, Score


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
    """What ``attrimeter evaluate --reweight`` found.

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
