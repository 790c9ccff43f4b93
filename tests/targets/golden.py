"""What the golden tests of the families share: the way into a target, and a second one into its input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from attrimeter.targets import Target, open_target

SMALL = (96, 48)
"""Height and width of small inputs."""


def open_content(content: Any, folder: Path, *, profile: str | None = None) -> Target:
    """Save with torch, open strictly, and leave no file behind."""
    place = folder / "checkpoint.pth"
    torch.save(content, place)
    try:
        return open_target(place, profile=profile)
    finally:
        place.unlink()


def small_inputs() -> Tensor:
    """Two inputs of the network, float32."""
    return torch.randn(2, 3, *SMALL, generator=torch.Generator().manual_seed(5))


def make_pictures() -> list[np.ndarray]:
    """Two pictures with edges and slopes, so that interpolations differ."""
    generator = np.random.default_rng(5)
    coarse = generator.integers(0, 256, (2, 32, 16, 3), dtype=np.uint8)
    return [np.kron(picture, np.ones((3, 5, 1), dtype=np.uint8)) for picture in coarse]


def plain_input(pictures: list[np.ndarray], *, size: tuple[int, int], interpolation: str) -> Tensor:
    """Resized by PIL, scaled to [0, 1], then ImageNet's mean and deviation; float64."""
    height, width = size
    method = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}[interpolation]
    rows = [np.asarray(Image.fromarray(picture).resize((width, height), method)) for picture in pictures]
    pixels = np.stack(rows).transpose(0, 3, 1, 2) / 255
    mean, deviation = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    return torch.from_numpy((pixels - mean[:, None, None]) / deviation[:, None, None])


@torch.no_grad()
def embed_inputs(target: Target, inputs: Tensor) -> Tensor:
    """The embeddings of inputs of any size."""
    return target.head.embed(target.backbone(inputs))


@torch.no_grad()
def ledger_error(target: Target, inputs: Tensor) -> float:
    """How far parts and bias miss the embedding, over its length, in float32."""
    last = target.backbone(inputs)
    maps = torch.randn(len(last), 5, *last.shape[2:], generator=torch.Generator().manual_seed(6))
    parts, bias = target.head.split(last, maps.softmax(dim=1))
    assert parts.dtype == torch.float32
    embeddings = target.head.embed(last)
    missed = (parts.sum(dim=1) + bias - embeddings).norm(dim=1) / embeddings.norm(dim=1)
    return float(missed.max())
