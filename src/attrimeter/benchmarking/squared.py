"""The ledger of an interpreter, group by group, in units of the squared distance."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

from attrimeter.interpreter import ImageReading, Interpreter


def squared_contributions(
    interpreter: Interpreter, first: ImageReading, second: ImageReading
) -> Float[Tensor, "n groups_and_other"]:
    """Contributions of every group of the schema, in its order, and of *other*, to n squared distances.

    Each row sums to the squared Euclidean distance of the two embeddings.

    Raises:
        LedgerError: the contributions do not add up.
    """
    ledger = interpreter.compare_pairs(first, second)
    chords = (first.embeddings - second.embeddings).norm(dim=1, keepdim=True)
    squares = interpreter.target.metric.parts_to_squared(ledger, chords)
    members = [list(indexes) for indexes in interpreter.schema.groups.values()]
    return torch.stack([*(squares[:, index].sum(dim=1) for index in members), squares[:, -1]], dim=1)
