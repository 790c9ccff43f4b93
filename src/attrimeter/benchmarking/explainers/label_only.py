"""The baseline that knows the labels and never sees the target."""

from __future__ import annotations

from time import perf_counter

import numpy as np

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
