"""Numbers that are none (NaN) or infinite end a fit: nothing is claimed of what they lead to."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from attrimeter.errors import FitError


def require_finite(sentence: str, *values: Tensor | float) -> None:
    """Raise FitError with this sentence if any of the values is not finite."""
    for value in values:
        if not (bool(torch.isfinite(value).all()) if isinstance(value, Tensor) else math.isfinite(value)):
            raise FitError(sentence)
