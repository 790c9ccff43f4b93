"""The type of NumPy arrays, as shapes are written of it: ``Float[Array, "n d"]``."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
