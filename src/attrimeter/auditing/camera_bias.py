"""How often somebody else is nearer to a query than the person that it shows, in one camera or in two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from attrimeter.arrays import Array


@dataclass(frozen=True)
class Confusions:
    """Of each of Q queries.

    Attributes:
        same_camera: probability that a different person in the query's own camera is nearer than the same
            person before another one; ties count half. NaN where there is no such pair.
        other_camera: the same for a different person in another camera.
    """

    same_camera: Float[Array, " queries"]
    other_camera: Float[Array, " queries"]


def count_confusions(
    distances: Float[Array, "queries gallery"],
    *,
    query_identities: Int[Array, " queries"],
    query_cameras: Int[Array, " queries"],
    gallery_identities: Int[Array, " gallery"],
    gallery_cameras: Int[Array, " gallery"],
) -> Confusions:
    """Compare each query's distances from different persons with those from its own.

    Pairs of the same person before the same camera are left out, as in the Market-1501 protocol, and so is
    identity -1 (junk). Identity 0 (distractors) is always somebody else.
    """
    found = np.full((2, len(distances)), np.nan)
    for row, values in enumerate(distances):
        own, here = query_identities[row], gallery_cameras == query_cameras[row]
        same = (gallery_identities == own) & (own > 0)
        others = ~same & (gallery_identities >= 0)
        positives = np.sort(values[same & ~here])
        if len(positives) == 0:
            continue
        for kind, chosen in enumerate((others & here, others & ~here)):
            negatives = values[chosen]
            if len(negatives):
                above = len(positives) - np.searchsorted(positives, negatives, side="right")
                level = np.searchsorted(positives, negatives, side="right") - np.searchsorted(
                    positives, negatives, side="left"
                )
                found[kind, row] = float((above + level / 2).mean() / len(positives))
    return Confusions(found[0], found[1])
