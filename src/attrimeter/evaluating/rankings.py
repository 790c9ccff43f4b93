"""Ways to rank a gallery: the target's distance, AMD's re-weighting, and the same-person model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from attrimeter.interpreter.same_person import PersonSide, SamePersonModel, cosine_distances

COSINE = "cosine distance"
LARGEST = "largest share"
DIFFERING = "share of what differs"
SAME_PERSON = "same-person model"
MODES = (LARGEST, DIFFERING)
"""The two re-weightings of AMD (ICCV 2021, section 3.5)."""


@dataclass(frozen=True)
class PairBlock:
    """Some queries against some of the gallery.

    Attributes:
        queries, gallery: both sides as the same-person model reads them.
        components: contributions of each attribute and *other*, in units of the target's distance.
    """

    queries: PersonSide
    gallery: PersonSide
    components: Float[Tensor, "q g attr_and_other"]


def emphases(
    components: Float[Tensor, "q g attr_and_other"],
    queries: Float[Tensor, "q attr"],
    gallery: Float[Tensor, "g attr"],
) -> dict[str, Float[Tensor, "q g"]]:
    """The r of AMD's D' = (1 + strength r) D, in [0, 1], of both modes.

    The largest share of any attribute, and the summed share of the attributes that are predicted to differ:
    whose more probable states, read in the two images, are not the same. Labels are never looked at. Negative
    contributions have no share; where nothing contributes r is 0.

    Args:
        components: contributions of each attribute and *other*.
        queries, gallery: probability that each attribute is positive.
    """
    positive = components.float().clamp(min=0)
    shares = positive[..., :-1] / positive.sum(dim=2, keepdim=True).clamp(min=1e-9)
    differs = (queries > 0.5)[:, None] != (gallery > 0.5)[None]
    return {LARGEST: shares.amax(dim=2), DIFFERING: (shares * differs).sum(dim=2)}


def rank_block(
    block: PairBlock, model: SamePersonModel, strengths: Mapping[str, float]
) -> dict[str, Float[Tensor, "q g"]]:
    """Name of each ranking -> distances, the smaller the nearer; the cosine distance is the base.

    Args:
        strengths: of the modes, as :func:`emphases` names them; modes without one are left out.
    """
    distances = cosine_distances(block.queries.embeddings, block.gallery.embeddings)
    found = {COSINE: distances}
    for mode, emphasis in emphases(block.components, block.queries.states, block.gallery.states).items():
        if mode in strengths:
            found[mode] = (1 + strengths[mode] * emphasis) * distances
    found[SAME_PERSON] = -model.score(block.queries, block.gallery, block.components)
    return found
