"""The head of a user's own module, as far as it is affine: read off by what the module's neck computes."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attrimeter.errors import CheckpointError
from attrimeter.targets.heads.head import Head
from attrimeter.targets.heads.pooling import Pooling

Neck = Callable[[Tensor], Tensor]


class Affine(NamedTuple):
    """``pooled @ weight.T + shift``, and then a ReLU if ``gated``.

    Attributes:
        weight: a matrix, or its diagonal alone where it has nothing else.
        shift: what a pooled vector of zeros gives, before the ReLU.
        gated: whether a ReLU follows.
    """

    weight: Float[Tensor, "d c"] | Float[Tensor, " c"]
    shift: Float[Tensor, " d"]
    gated: bool


class AffineHead(Head):
    """Pooling, an affine map, perhaps a ReLU, perhaps L2 normalisation.

    Args:
        pooling: makes a vector of the last map.
        affine: what follows.
    """

    weight: Tensor
    shift: Tensor

    def __init__(self, pooling: Pooling, affine: Affine, *, normalise: bool = False) -> None:
        super().__init__(pooling, normalise=normalise)
        self.register_buffer("weight", affine.weight)
        self.register_buffer("shift", affine.shift)
        self.gated = affine.gated

    def training_features(self, last_map: Tensor) -> tuple[Tensor, Tensor]:
        features = self._project(self.pooling(last_map))
        return features, features

    def _project(self, pooled: Tensor) -> Tensor:
        features = self._apply_weight(pooled) + self.shift
        return features.relu() if self.gated else features

    def _project_parts(self, parts: Tensor, pooled: Tensor) -> tuple[Tensor, Tensor]:
        divided, shift = self._apply_weight(parts), self.shift.expand(len(pooled), -1)
        if not self.gated:
            return divided, shift
        is_open = (self._project(pooled) > 0).to(parts.dtype)
        return divided * is_open[:, None], shift * is_open

    def _apply_weight(self, vectors: Tensor) -> Tensor:
        return vectors @ self.weight.T if self.weight.ndim == 2 else vectors * self.weight


def read_affine(neck: Neck | None, *, channels: int) -> Affine:
    """The affine map that a neck computes, by what it makes of zeros and of unit vectors.

    A neck that is not affine up to a last ReLU gives a map that does not reproduce it; whoever uses the map
    must check it against the module.

    Args:
        neck: takes n x ``channels``, in evaluation mode; None changes nothing. A last ``nn.ReLU`` of an
            ``nn.Sequential`` becomes the gate. A module is computed in float64, on a copy.

    Raises:
        CheckpointError: it does not take such vectors, or does not give n x d.
    """
    if neck is None:
        return Affine(torch.ones(channels), torch.zeros(channels), gated=False)
    run, gated = _split_relu(neck) if isinstance(neck, nn.Module) else (neck, False)
    kind = torch.float64 if isinstance(run, nn.Module) else torch.float32
    try:
        with torch.no_grad():
            shift = run(torch.zeros(1, channels, dtype=kind))[0]
            weight = (run(torch.eye(channels, dtype=kind)) - shift).T
    except Exception as error:
        raise CheckpointError(
            f"The neck {_name_of(neck)} does not take pooled vectors of {channels} numbers "
            f"({type(error).__name__}: {error}); name the layers between the pooling and the embedding."
        ) from error
    if weight.ndim != 2 or weight.shape[1] != channels:
        raise CheckpointError(f"The neck {_name_of(neck)} does not give one vector for each pooled vector.")
    if weight.shape[0] == channels and bool((weight - weight.diag().diag() == 0).all()):
        weight = weight.diag()
    return Affine(weight.float().contiguous(), shift.float().contiguous(), gated)


def _split_relu(neck: nn.Module) -> tuple[nn.Module, bool]:
    """A copy in float64 without a last ReLU, and whether there was one."""
    layers = [copy.deepcopy(layer) for layer in (neck if isinstance(neck, nn.Sequential) else [neck])]
    while layers and isinstance(layers[-1], (nn.Identity, nn.Dropout)):
        layers.pop()
    gated = bool(layers) and isinstance(layers[-1], nn.ReLU)
    return nn.Sequential(*layers[: len(layers) - int(gated)]).double().cpu(), gated


def _name_of(neck: object) -> str:
    return getattr(neck, "__qualname__", type(neck).__name__)
