"""How well a ranking of attributes by component agrees with which labels differ (AMD, ICCV 2021)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int, Int8
from torch import Tensor

from attrimeter.arrays import Array
from attrimeter.metrics.bootstrap import bootstrap_mean
from attrimeter.values import AttributionScores, Score

_BLOCK = 1 << 17  # pairs sorted at a time, which bounds the memory


class LabelPairs(NamedTuple):
    """Attributes of pairs of images.

    Attributes:
        differs: both labels are known and not the same (the exclusive attributes).
        known: both labels are known.
    """

    differs: Bool[Tensor, "*pairs attr"]
    known: Bool[Tensor, "*pairs attr"]


def compare_labels(a: Int8[Tensor, "*#pairs attr"], b: Int8[Tensor, "*#pairs attr"]) -> LabelPairs:
    """Compare labels (1, 0, or -1 for unknown) of shapes that broadcast to each other."""
    known = (a >= 0) & (b >= 0)
    return LabelPairs(differs=(a != b) & known, known=known)


@dataclass(frozen=True)
class PairScores:
    """Scores of P pairs, each in [0, 1]; NaN where a pair has no exclusive (or no common) attribute.

    Attributes:
        precision_exclusive: Ex_P_d: of the N largest components, the share that is exclusive, where N is
            the number of exclusive attributes.
        average_precision_exclusive: Ex_mAP_d: average precision of the exclusive attributes from the largest.
        precision_common: Ex_P_s: the same for the common attributes from the smallest component.
        average_precision_common: Ex_mAP_s: likewise.
    """

    precision_exclusive: Float[Tensor, " pairs"]
    average_precision_exclusive: Float[Tensor, " pairs"]
    precision_common: Float[Tensor, " pairs"]
    average_precision_common: Float[Tensor, " pairs"]


def score_pairs(
    components: Float[Tensor, "pairs attr"],
    differs: Bool[Tensor, "pairs attr"],
    *,
    known: Bool[Tensor, "pairs attr"] | None = None,
) -> PairScores:
    """Score the components of each pair against the attributes whose labels differ (the exclusive ones).

    Equal components keep the order of the attributes, in both directions. Works on any device, block by
    block, so that millions of pairs need little more memory than their components.

    Args:
        components: finite; how much of the distance each attribute carries.
        differs: whether the two labels differ.
        known: where both labels are known; other attributes are left out of the pair. None: everywhere.

    Returns:
        Scores in float32 on the device of ``components``.
    """
    known = torch.ones_like(differs) if known is None else known
    blocks = []
    for start in range(0, max(len(components), 1), _BLOCK):
        rows = slice(start, start + _BLOCK)
        values, differ, here = components[rows], differs[rows], known[rows]
        exclusive = _score_ranking(values, differ & here, here, descending=True)
        common = _score_ranking(values, ~differ & here, here, descending=False)
        blocks.append(torch.stack([*exclusive, *common]))
    return PairScores(*torch.cat(blocks, dim=1))


def _score_ranking(
    components: Tensor, relevant: Tensor, known: Tensor, *, descending: bool
) -> tuple[Tensor, Tensor]:
    """R-precision and average precision of the relevant attributes, the unknown ones ranked last."""
    last = -torch.inf if descending else torch.inf
    order = components.masked_fill(~known, last).sort(dim=1, descending=descending, stable=True).indices
    hits = relevant.gather(1, order)
    found = hits.cumsum(1, dtype=torch.int32)
    count = found[:, -1:].to(torch.int64)
    ranks = torch.arange(1, hits.shape[1] + 1, device=hits.device)
    average = (found / ranks * hits).sum(1) / count[:, 0]  # 0 / 0 = NaN where nothing is relevant
    precision = found.gather(1, (count - 1).clamp_min(0))[:, 0] / count[:, 0]
    return precision, average


def summarise_attribution(
    scores: PairScores, identities: Int[Array, " pairs"], *, samples: int = 1000, seed: int = 0
) -> AttributionScores:
    """The mean scores in percent, with intervals bootstrapped over ``identities``, those of the pairs' first
    images. Pairs where a score is undefined are left out of it; without any pair it is NaN."""

    def mean(values: Tensor) -> Score:
        return bootstrap_mean(100.0 * values.double().cpu().numpy(), identities, samples=samples, seed=seed)

    return AttributionScores(
        precision_exclusive=mean(scores.precision_exclusive),
        mean_ap_exclusive=mean(scores.average_precision_exclusive),
        precision_common=mean(scores.precision_common),
        mean_ap_common=mean(scores.average_precision_common),
        pairs=len(scores.precision_exclusive),
    )
