"""The baseline that knows the target on average and never looks at the pair."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np
from jaxtyping import Float

from attrimeter.errors import SettingsError
from attrimeter.values import Attribution, MeasuredPairs

Array = np.ndarray[Any, np.dtype[Any]]


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
