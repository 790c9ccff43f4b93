"""A plain attribute classifier on a target's embeddings: the baseline that an interpreter must beat."""

from __future__ import annotations

import torch
from jaxtyping import Float, Int8
from torch import Tensor

from attrimeter.fitting.finite import require_finite
from attrimeter.losses import evidence_loss


def fit_attribute_classifier(
    embeddings: Float[Tensor, "n d"],
    labels: Int8[Tensor, "n attr"],
    *,
    penalty: float = 1e-3,
    steps: int = 60,
) -> tuple[Float[Tensor, "attr d"], Float[Tensor, " attr"]]:
    """One logistic regression per attribute, by L-BFGS on standardised embeddings.

    Rare and frequent states count as they come, so that the probabilities are calibrated.

    Args:
        labels: 1, 0, or -1 for unknown.
        penalty: half the weight of the squared coefficients.

    Returns:
        Weights and biases that act on the embeddings as they are.

    Raises:
        FitError: they are no numbers, as after embeddings that are none.
    """
    mean, deviation = embeddings.mean(dim=0), embeddings.std(dim=0).clamp(min=1e-6)
    inputs = (embeddings - mean) / deviation
    weight = torch.zeros(labels.shape[1], inputs.shape[1], device=inputs.device, requires_grad=True)
    bias = torch.zeros(labels.shape[1], device=inputs.device, requires_grad=True)
    optimiser = torch.optim.LBFGS([weight, bias], max_iter=steps, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        loss = evidence_loss(inputs @ weight.T + bias, labels)
        loss = loss + penalty / 2 * weight.square().sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    scaled = weight.detach() / deviation
    shifted = bias.detach() - scaled @ mean
    require_finite(
        "No classifier of attributes could be fitted on the target's embeddings: its weights are no longer "
        "numbers; look at the embeddings, which are not finite or far too large.",
        scaled,
        shifted,
    )
    return scaled, shifted


def classify_attributes(
    embeddings: Float[Tensor, "n d"], classifier: tuple[Float[Tensor, "attr d"], Float[Tensor, " attr"]]
) -> Float[Tensor, "n attr"]:
    """Probability of each attribute's positive state."""
    weight, bias = classifier
    return (embeddings @ weight.T + bias).sigmoid()


def disagreement(a: Float[Tensor, "q attr"], b: Float[Tensor, "g attr"]) -> Float[Tensor, "q g attr"]:
    """Probability that the attribute differs between two images whose states are independent given them:
    p (1 - q) + q (1 - p)."""
    first, second = a[:, None], b[None]
    return first * (1 - second) + second * (1 - first)
