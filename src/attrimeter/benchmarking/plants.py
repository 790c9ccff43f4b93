"""What is known beforehand of planted targets, and the share that is asked of every attribution of them."""

from __future__ import annotations

from dataclasses import dataclass

from jaxtyping import Float

from attrimeter.arrays import Array
from attrimeter.metrics.agreement import share_of_groups, share_of_leads
from attrimeter.values import MeasuredPairs, Score
from attrimeter.values.planted import AT_LEAST, AT_MOST, WITHIN

OF_ALL, OF_DISTANCE, LEADS = "of all", "of the distance", "leads"
"""Shares of the sum of |contributions|, of the summed D^2, or of the pairs in which one group leads."""

PURE_HUE = "pure hue"


@dataclass(frozen=True)
class Plant:
    """What is known of a planted target.

    Attributes:
        groups: the attribute groups in question.
        question: which share is taken, in words.
        taken: OF_ALL, OF_DISTANCE or LEADS.
        rule, bound: what it must be; see ``values.planted.PlantedFinding``.
        mark: whether backpacks carry the identity mark.
    """

    groups: tuple[str, ...]
    question: str
    taken: str
    rule: str
    bound: float
    mark: bool = False

    def share(
        self,
        contributions: Float[Array, "n groups"],
        pairs: MeasuredPairs,
        *,
        samples: int = 1000,
        seed: int = 0,
    ) -> Score:
        """What is asked, of one attribution of measured pairs; 0 to 1, but of a distance perhaps more.

        Args:
            samples, seed: of the bootstrap over identities.
        """
        columns = [pairs.groups.index(group) for group in self.groups]
        if self.taken == LEADS:
            return share_of_leads(contributions, columns[0], pairs.identities, samples=samples, seed=seed)
        totals = pairs.total if self.taken == OF_DISTANCE else None
        return share_of_groups(
            contributions, columns, pairs.identities, totals=totals, samples=samples, seed=seed
        )


PLANTS: dict[str, Plant] = {
    "head": Plant(("hat", "hair"), "hat and hair, of all |contributions|", OF_ALL, AT_MOST, 0.03),
    "lower": Plant(
        ("lower colour", "length", "type"),
        "lower colour, length and type, of all |contributions|",
        OF_ALL,
        AT_MOST,
        0.03,
    ),
    "hue": Plant(
        ("upper colour", "lower colour"), "both colours, of all |contributions|", OF_ALL, WITHIN, 0.05
    ),
    PURE_HUE: Plant(
        ("upper colour", "lower colour"),
        "|contributions| of both colours, of D^2, where hue alone differs",
        OF_DISTANCE,
        WITHIN,
        0.05,
    ),
    "marked": Plant(
        ("backpack",), "pairs led by the backpack, of those where it differs", LEADS, AT_LEAST, 0.9, mark=True
    ),
}
"""Name of a finding -> what is known. A target of the case "hue" is asked for "pure hue", too."""

CASES = tuple(name for name in PLANTS if name != PURE_HUE)
