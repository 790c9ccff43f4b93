"""Explainers of Captum (Kokhlikyan et al., 2020), installed by the extra ``explainers``."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from attrimeter.benchmarking.explainers.explainer import ExplainedBatch, explain_in_batches
from attrimeter.benchmarking.explainers.saliency import as_saliency, explain_by_saliency
from attrimeter.extras import import_extra
from attrimeter.targets import Target
from attrimeter.values import Attribution, MeasuredPairs

STEPS = 32
"""Points of the path from two blank pictures, which are at distance 0, to the pair."""

_PAIRS, _AT_ONCE = 16, 64


class BothMaps(nn.Module):
    """Gives what it is given: the layer at which the last maps of n pairs are held."""

    def forward(
        self, first: Float[Tensor, "n c h w"], second: Float[Tensor, "n c h w"]
    ) -> tuple[Float[Tensor, "n c h w"], Float[Tensor, "n c h w"]]:
        """Both maps."""
        return first, second


class PairDistance(nn.Module):
    """D^2 of n pairs of inputs, with a gradient; ``cells`` is the layer of the last maps."""

    def __init__(self, target: Target) -> None:
        super().__init__()
        self.cells = BothMaps()
        self._target = target

    def forward(
        self, first: Float[Tensor, "n 3 height width"], second: Float[Tensor, "n 3 height width"]
    ) -> Float[Tensor, " n"]:
        """The squared Euclidean distances of the embeddings."""
        maps = self._target.trace_maps(torch.cat([first, second])).last.chunk(2)
        a, b = (self._target.head.embed(last) for last in self.cells(*maps))
        return (a - b).square().sum(dim=1)


class IntegratedGradients:
    """Integrated Gradients of D^2 to the pixels of both pictures, from pictures of the mean colour.

    Sundararajan, Taly and Yan, "Axiomatic attribution for deep networks", ICML 2017, in Captum's
    implementation. The attributions sum to D^2, because two blank pictures are at distance 0.

    Args:
        target: whose distance is explained; a gradient must pass from its embedding to its input.
        steps: points of the path.

    Raises:
        SettingsError: captum is not installed.
    """

    name = "Integrated Gradients (Captum)"
    uses_labels = False

    def __init__(self, target: Target, *, steps: int = STEPS) -> None:
        self._captum: ModuleType = import_extra("captum.attr", extra="explainers", purpose=self.name)
        self._target = target
        self._steps = steps

    def explain(self, pairs: MeasuredPairs) -> Attribution:
        """Signed shares of the distance, as :func:`explain_by_saliency` divides attributions among parts."""
        return explain_in_batches(self, pairs, self._explain_rows, batch_size=_PAIRS)

    def _explain_rows(self, pairs: MeasuredPairs, rows: slice) -> ExplainedBatch:
        chosen = pairs.take(np.arange(len(pairs))[rows])
        first, second = (
            self._target.preprocess(list(side)).to(self._target.device).requires_grad_()
            for side in (chosen.first, chosen.second)
        )
        found = self._attribute(PairDistance(self._target), (first, second))
        return explain_by_saliency(
            chosen, as_saliency(found[0]), as_saliency(found[1]), cells=self._target.map_size
        )

    def _attribute(self, distance: PairDistance, inputs: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        method = self._captum.IntegratedGradients(distance)
        first, second = method.attribute(inputs, **self._path())
        return first, second

    def _path(self) -> dict[str, Any]:
        return {"n_steps": self._steps, "method": "riemann_middle", "internal_batch_size": _AT_ONCE}


class LayerIntegratedGradients(IntegratedGradients):
    """The same to the cells of the last map, on the path from the last maps of blank pictures."""

    name = "Integrated Gradients of the last map (Captum)"

    def _attribute(self, distance: PairDistance, inputs: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        method = self._captum.LayerIntegratedGradients(distance, distance.cells)
        first, second = method.attribute(inputs, **self._path())
        return first, second
