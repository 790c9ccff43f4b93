"""The baselines that stand in every table beside the interpreters."""

from __future__ import annotations

import torch
from jaxtyping import Float

from attrimeter.arrays import Array
from attrimeter.benchmarking.explainers.captum import IntegratedGradients, LayerIntegratedGradients
from attrimeter.benchmarking.explainers.explainer import Explainer
from attrimeter.benchmarking.explainers.from_labels import GroupAverage, LabelOnly
from attrimeter.benchmarking.explainers.grad_cam import GradCam
from attrimeter.benchmarking.explainers.occlusion import Occlusion
from attrimeter.benchmarking.explainers.random_partition import RandomPartition
from attrimeter.benchmarking.explainers.xaitk import SimilaritySaliency
from attrimeter.targets import Target


def baseline_explainers(target: Target, *, shares: Float[Array, " groups"], seed: int = 0) -> list[Explainer]:
    """The baselines of docs/method.md#truth-by-edits but for the distilled interpreters.

    Grad-CAM is left out where no gradient passes through the target.

    Args:
        target: whose distances are explained.
        shares: mean true share of each group on pairs made for training; see ``mean_true_shares``.
        seed: of the random partition.
    """
    return [
        LabelOnly(),
        GroupAverage(shares),
        RandomPartition(target, seed=seed),
        *([GradCam(target)] if target.passes_gradient else []),
        Occlusion(target),
    ]


def foreign_explainers(target: Target) -> list[Explainer]:
    """Explainers that others wrote (extra ``explainers``): lines to beat that do not depend on this project.

    Integrated Gradients are left out where no gradient passes through the target to its input.

    Raises:
        SettingsError: their packages are not installed.
    """
    saliency = SimilaritySaliency(target)
    blank = torch.zeros(1, 3, *target.profile.image_size, device=target.device, requires_grad=True)
    passes = target.passes_gradient and target.head.embed(target.trace_maps(blank).last).requires_grad
    return [*([IntegratedGradients(target), LayerIntegratedGradients(target)] if passes else []), saliency]
