"""Whether the embedding of a picture depends on the pictures that happen to be in its batch."""

from __future__ import annotations

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from attrimeter.errors import CheckpointError
from attrimeter.legible import quote_names
from attrimeter.targets.modules.check import largest_difference

TOLERANCE = 1e-3
"""Largest difference of two embeddings of one picture, relative to their length. Rounding, which differs with
the size of the batch, stays below 1e-4; what reads the batch is off by more than 1e-2."""

_CURES = (
    "take the running statistics of training (model.eval() before it is exported or wrapped), leave out what "
    "centres or scales by the batch, or hand the pictures on one by one in the module's forward"
)


@torch.no_grad()
def check_batches(
    embed: Callable[[Tensor], Float[Tensor, "n d"]],
    images: Float[Tensor, "n 3 height width"],
    *,
    module: nn.Module,
) -> None:
    """Embed the same pictures together, in another order, and two of them alone.

    Args:
        embed: gives the embeddings of any number of pictures.
        images: at least two, of different kinds, the first and the last too.
        module: whose layers may be to blame.

    Raises:
        CheckpointError: the embedding of a picture is not always the same.
    """
    name, whole, rows = type(module).__name__, embed(images), list(range(len(images)))
    orders = [[*rows[1:], 0], [0], rows[-1:]]
    moved = max(largest_difference(embed(images[order]), whole[order]) for order in orders)
    if moved <= TOLERANCE:
        return
    again = largest_difference(embed(images), whole)
    if again > TOLERANCE:
        raise CheckpointError(
            f"The module {name} does not give the same embeddings twice (they differ by {again:.0%} of their "
            "length): it draws random numbers, or changes as it runs; take dropout and the like out of it."
        )
    raise CheckpointError(
        f"The embedding that {name} gives of a picture depends on the others in its batch (it moves by "
        f"{moved:.0%} of its length){_blame(module)}, so that no distance would mean anything; {_CURES}."
    )


def layers_without_statistics(module: nn.Module) -> list[str]:
    """The names of BatchNorm layers that have no running statistics, and so always read the batch."""
    return [
        name
        for name, layer in module.named_modules()
        if isinstance(layer, _BatchNorm) and (layer.running_mean is None or layer.running_var is None)
    ]


def _blame(module: nn.Module) -> str:
    layers = layers_without_statistics(module)
    return f", as its BatchNorm without running statistics in {quote_names(layers)} does" if layers else ""
