"""What it costs to read one image with a target: measured on a few blank ones."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from attrimeter.targets.frozen_network import Maps
from attrimeter.targets.target import Target

IMAGES = 4


@dataclass(frozen=True)
class Cost:
    """Of one image.

    Attributes:
        seconds: to compute its maps.
        numbers: how many numbers were kept of it.
    """

    seconds: float
    numbers: float


def measure_cost(target: Target, keep: Callable[[Maps], list[Tensor]]) -> Cost:
    """Read a few blank images twice, of which the second time counts (the first one warms up).

    Args:
        keep: the tensors that are kept of a batch's maps.
    """
    images = [np.zeros((128, 64, 3), dtype=np.uint8)] * IMAGES
    seconds = numbers = 0.0
    for _ in range(2):
        began = time.perf_counter()
        with torch.no_grad():
            kept = keep(target.read_maps(target.preprocess(images)))
        _ = [tensor.flatten()[:1].cpu() for tensor in kept]  # a GPU is waited for
        numbers = sum(tensor.numel() for tensor in kept) / IMAGES
        seconds = (time.perf_counter() - began) / IMAGES
    return Cost(seconds, numbers)
