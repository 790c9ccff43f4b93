"""An interpreter that looks at another target than the one whose distances it is to explain."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from attrimeter.benchmarking.explainers.interpreters import InterpreterExplainer
from attrimeter.benchmarking.explainers.transplant import transplant
from attrimeter.interpreter import Interpreter
from attrimeter.targets import Target
from attrimeter.values import Attribution, MeasuredPairs


class SharesElsewhere:
    """The shares that an interpreter finds in the distances of another target, of the distance of the pair.

    Args:
        interpreter: its network is read beside ``target``.
        target: of the same architecture as the interpreter's own.
        name: in tables.

    Raises:
        InterpreterError: the target's maps or embeddings have another shape.
    """

    uses_labels = False

    def __init__(self, interpreter: Interpreter, target: Target, name: str) -> None:
        self.name = name
        self._target = target
        self._interpreter = transplant(interpreter, target)

    def explain(self, pairs: MeasuredPairs) -> Attribution:
        """c_g = D^2 c'_g / D'^2, where the interpreter splits D'^2 of the other target into c'.

        Pairs that the other target cannot tell apart (D'^2 = 0) have no contributions.
        """
        explainer = InterpreterExplainer(self._interpreter, self.name, allow_other_target=True)
        attribution = explainer.explain(pairs)
        first, second = (
            self._target.embed_images(list(side)).astype(np.float64) for side in (pairs.first, pairs.second)
        )
        elsewhere = np.square(first - second).sum(axis=1)
        scale = np.where(elsewhere > 0, pairs.total, 0) / np.where(elsewhere > 0, elsewhere, 1)
        return replace(attribution, contributions=attribution.contributions * scale[:, None])
