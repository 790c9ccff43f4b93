"""What is said without a look at the pair: by baselines that know its labels, and by a second truth."""

from __future__ import annotations

import math
from time import perf_counter

import numpy as np
from jaxtyping import Float

from attrimeter.arrays import Array
from attrimeter.errors import SettingsError
from attrimeter.values import Attribution, MeasuredPairs


class LabelOnly:
    """The distance, shared evenly among the groups that differ; nothing where none does."""

    name = "label-only"
    uses_labels = True

    def explain(self, pairs: MeasuredPairs) -> Attribution:
        """c_g = D^2 / N on each of the N groups that differ; it draws no maps."""
        start = perf_counter()
        differing = pairs.differs.sum(axis=1, keepdims=True)
        contributions = pairs.differs * pairs.total[:, None] / np.maximum(differing, 1)
        seconds = (perf_counter() - start) / max(len(pairs), 1)
        return Attribution(self.name, self.uses_labels, contributions, None, None, seconds)


def mean_true_shares(pairs: MeasuredPairs) -> Float[Array, " groups"]:
    """Mean of phi_g / D^2 over the pairs in which group g differs; 0 for a group that never does.

    Pairs that the target cannot tell apart (D^2 = 0) are left out. Give it pairs made for training, never
    those on which an explainer is scored.
    """
    counted = pairs.differs & (pairs.total > 0)[:, None]
    shares = pairs.truth / np.where(pairs.total > 0, pairs.total, 1)[:, None]
    means: Array = np.where(counted, shares, 0).sum(axis=0) / np.maximum(counted.sum(axis=0), 1)
    return means


class GroupAverage:
    """The mean true share of every group that differs, times the distance of the pair.

    Args:
        shares: of each group; see :func:`mean_true_shares`.
    """

    name = "group average x D^2"
    uses_labels = True

    def __init__(self, shares: Float[Array, " groups"]) -> None:
        self.shares = shares

    def explain(self, pairs: MeasuredPairs) -> Attribution:
        """c_g = share_g D^2 on the groups that differ; it draws no maps.

        Raises:
            SettingsError: there are more or fewer shares than groups.
        """
        if self.shares.shape != (len(pairs.groups),):
            raise SettingsError(
                f"Group shares of shape {self.shares.shape} came with {len(pairs.groups)} groups; "
                "give one share for each group."
            )
        start = perf_counter()
        contributions = pairs.differs * self.shares * pairs.total[:, None]
        seconds = (perf_counter() - start) / max(len(pairs), 1)
        return Attribution(self.name, self.uses_labels, contributions, None, None, seconds)


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
