"""An interpreter beside a target that it was not fitted on: it must score worse there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from attrimeter.benchmarking.explainers.interpreters import InterpreterExplainer
from attrimeter.errors import InterpreterError
from attrimeter.interpreter import Interpreter
from attrimeter.interpreter.interpreter import TargetLike
from attrimeter.targets import Target
from attrimeter.values import Attribution, MeasuredPairs


def transplant(interpreter: Interpreter, target: Target) -> Interpreter:
    """The interpreter's network beside another target; what fitting left in ``facts`` is kept as it was.

    Both interpreters share the network, which is not changed.

    Raises:
        InterpreterError: the target's maps or embeddings have another shape than those of its own target.
    """
    own, other = _shapes(interpreter.target), _shapes(target)
    for what, own_shape, other_shape in zip(
        ("shallow map", "last map", "embedding"), own, other, strict=True
    ):
        if own_shape != other_shape:
            raise InterpreterError(
                f"The interpreter reads a {what} of shape {_as_text(own_shape)}, but this target makes "
                f"one of {_as_text(other_shape)}; choose a target of the same architecture."
            )
    return replace(interpreter, target=target)


def _shapes(target: TargetLike) -> tuple[tuple[int, ...], ...]:
    maps = target.read_maps(target.preprocess([np.zeros((128, 64, 3), dtype=np.uint8)]))
    return tuple(
        tuple(tensor.shape[1:]) for tensor in (maps.shallow, maps.last, target.head.embed(maps.last))
    )


def _as_text(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))


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
