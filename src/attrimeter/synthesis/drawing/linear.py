"""Linear light: squared sRGB values stand for it, so that all pixels come from exactly rounded operations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float32


def to_linear(colour: Sequence[float]) -> Float32[np.ndarray, " 3"]:
    """Linear light 0..1 of an sRGB colour 0..255, with a display exponent of exactly 2."""
    return (np.asarray(colour, dtype=np.float32) / np.float32(255)) ** 2
