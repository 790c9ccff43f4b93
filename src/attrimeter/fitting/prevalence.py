"""How frequent each attribute is among the images of a fit."""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Float, Int8
from torch import Tensor

from attrimeter.arrays import Array


def label_prevalence(labels: Int8[Array, "n attr"]) -> Float[Tensor, " attr"]:
    """Share of positives among the known labels of each attribute; 0.5 where none is known."""
    known = (labels >= 0).sum(axis=0)
    positive = (labels == 1).sum(axis=0)
    rate = np.where(known > 0, positive / np.maximum(known, 1), 0.5)
    return torch.from_numpy(rate).float()
