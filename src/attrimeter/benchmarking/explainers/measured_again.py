"""The truth itself, measured a second time: how near any explainer can be expected to come."""

from __future__ import annotations

import math

from attrimeter.errors import SettingsError
from attrimeter.values import Attribution, MeasuredPairs


class MeasuredAgain:
    """True contributions of the same edits in views that differ in background, occluder and noise.

    It is no explainer. Both measurements are noisy, so that its error is larger than that of either from
    what they have in common.

    Args:
        again: the same pairs, measured under a disturbance; see ``measure_pairs``.
    """

    name = "measured again (other background, noise, occluder)"
    uses_labels = True

    def __init__(self, again: MeasuredPairs) -> None:
        self.again = again

    def explain(self, pairs: MeasuredPairs) -> Attribution:
        """The second truth as an attribution, which draws no maps; what it cost is not known (NaN).

        Raises:
            SettingsError: ``pairs`` are of other persons than those that were measured again.
        """
        same = self.again.groups == pairs.groups and self.again.differs.shape == pairs.differs.shape
        if not same or (self.again.differs != pairs.differs).any():
            raise SettingsError(
                "The pairs that were measured again are not those to be explained; "
                "measure both with the same kinds, seed and stream."
            )
        return Attribution(self.name, self.uses_labels, self.again.truth, None, None, math.nan)
