"""From maps of what matters in two pictures to what each group carries, by the true part masks.

Whoever explains pixels is handed the part masks of both pictures, which is a gift: it cannot find the parts.
"""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d, interpolate

from attrimeter.arrays import Array
from attrimeter.benchmarking.explainers.explainer import ExplainedBatch
from attrimeter.benchmarking.parts import part_mask_of
from attrimeter.schemas import SCHEMAS, AttributeSchema
from attrimeter.values import MeasuredPairs

LEAST = 1e-9
"""A sum of less, relative to the sum of magnitudes, is no sum to take shares of."""


def explain_by_saliency(
    pairs: MeasuredPairs,
    first: Float[Tensor, "n h w"],
    second: Float[Tensor, "n h w"],
    *,
    cells: tuple[int, int],
    schema: AttributeSchema = SCHEMAS["market1501"],
) -> ExplainedBatch:
    """c_g = D^2 s_g / s, with s_g the saliency of both pictures on the parts of group g, and s all of it.

    A pixel of several groups is divided evenly among them, so that the groups and *other*, which are the
    pixels of no group, add up to the distance; contributions are signed where saliency is. Nothing is said of
    a pair whose saliency sums to nothing. Every group's map is the whole positive saliency, averaged over
    cells.

    Args:
        pairs: n of them.
        first, second: saliency of any resolution.
        cells: rows and columns of the maps.
    """
    sums = sum_by_group(first, pairs.first_masks, pairs.groups, schema=schema)
    sums += sum_by_group(second, pairs.second_masks, pairs.groups, schema=schema)
    whole, magnitude = sums.sum(axis=1, keepdims=True), np.abs(sums).sum(axis=1, keepdims=True)
    known = np.abs(whole) > LEAST * magnitude
    shares = np.where(known, sums, 0) / np.where(known, whole, 1)
    maps = [
        adaptive_avg_pool2d(saliency.relu()[:, None], cells).expand(-1, len(pairs.groups), -1, -1)
        for saliency in (first, second)
    ]
    return ExplainedBatch(shares[:, :-1] * pairs.total[:, None], *(each.cpu().numpy() for each in maps))


def sum_by_group(
    saliency: Float[Tensor, "n h w"],
    masks: UInt8[Array, "n height width"],
    groups: tuple[str, ...],
    *,
    schema: AttributeSchema = SCHEMAS["market1501"],
) -> Float[Array, "n groups_and_rest"]:
    """The saliency of each picture on the parts of each group, and on pixels of none; sums are kept."""
    size = (masks.shape[1], masks.shape[2])
    scale = saliency[0].numel() / (size[0] * size[1])
    drawn = interpolate(saliency[:, None], size=size, mode="bilinear", align_corners=False)[:, 0]
    parts = np.stack([part_mask_of(masks, schema, group) for group in groups], axis=1)
    places = np.concatenate([parts, ~parts.any(axis=1, keepdims=True)], axis=1)
    pixels = scale * drawn.cpu().double().numpy() / places.sum(axis=1)
    sums: Array = np.einsum("nhw,nghw->ng", pixels, places)
    return sums


def as_saliency(pixels: Float[Tensor, "n c h w"]) -> Float[Tensor, "n h w"]:
    """The sum over channels, without its history."""
    return torch.sum(pixels.detach(), dim=1).float()
