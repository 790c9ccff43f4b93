"""The persons that a fit saw."""

from __future__ import annotations

from dataclasses import dataclass

from jaxtyping import Float, Int
from torch import Tensor

from attrimeter.arrays import Array


@dataclass(frozen=True)
class FittedPersons:
    """Pictures of persons, as the target and the labels have them.

    Attributes:
        embeddings: of each picture.
        labels: 1, 0 and -1 for unknown.
        identities: whose picture it is.
    """

    embeddings: Float[Tensor, "n d"]
    labels: Int[Array, "n attr"]
    identities: Int[Array, " n"]
