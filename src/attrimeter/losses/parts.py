"""Place: the map of an attribute belongs on the body part where the attribute is seen."""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Float, Int64, UInt8
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from attrimeter.schemas import BODY_PARTS, PART_BANDS, AttributeSchema


def part_claims(schema: AttributeSchema) -> Float[Tensor, "groups_and_other labels"]:
    """Which attribute group a pixel of each mask label belongs to.

    Column 0 is the background, column i + 1 is ``BODY_PARTS[i]``, the last is the occluder. A part that
    several groups claim is split evenly among them; one that none claims belongs to *other*, the last
    row. Every column sums to 1.
    """
    claims = torch.zeros(len(schema.groups) + 1, len(BODY_PARTS) + 2)
    for row, members in enumerate(schema.groups.values()):
        for part in {part for index in members for part in schema.attributes[index].parts}:
            claims[row, 1 + BODY_PARTS.index(part)] = 1
    claims[-1] = (claims[:-1].sum(dim=0) == 0).to(claims.dtype)
    return claims / claims.sum(dim=0, keepdim=True)


def cell_targets(
    masks: UInt8[Tensor, "images height width"],
    claims: Float[Tensor, "groups_and_other labels"],
    map_size: tuple[int, int],
) -> Float[Tensor, "images groups_and_other h w"]:
    """What share of each map cell belongs to each group and to *other*, from part masks; sums to 1.

    Labels beyond the last column of ``claims`` count as background.
    """
    labels = claims.shape[1]
    index = torch.where(masks < labels, masks, torch.zeros_like(masks)).long()
    one_hot = torch.nn.functional.one_hot(index, labels).permute(0, 3, 1, 2).to(claims.dtype)
    cells = adaptive_avg_pool2d(one_hot, map_size)
    return torch.einsum("gl,nlhw->nghw", claims, cells)


def sum_groups(
    maps: Float[Tensor, "images attr_and_other h w"], group_index: Int64[Tensor, " attr"]
) -> Float[Tensor, "images groups_and_other h w"]:
    """Add the maps of each group's attributes; *other* (last) stays last."""
    groups = int(group_index.max()) + 1
    index = torch.cat([group_index, group_index.new_tensor([groups])])
    summed = maps.new_zeros(maps.shape[0], groups + 1, *maps.shape[2:])
    return summed.index_add(1, index, maps)


def part_loss(
    partition: Float[Tensor, "images groups_and_other h w"],
    targets: Float[Tensor, "images groups_and_other h w"],
) -> Float[Tensor, ""]:
    """Kullback-Leibler divergence of the partition from the part shares, averaged over cells; 0 at best."""
    if partition.shape[0] == 0:
        return partition.sum() * 0.0
    log_partition = partition.clamp(min=1e-6).log()
    log_targets = targets.clamp(min=1e-6).log()
    return (targets * (log_targets - log_partition)).sum(dim=1).mean()


def band_weights(schema: AttributeSchema, map_size: tuple[int, int]) -> Float[Tensor, "attr h"]:
    """1 on the rows of the map outside the band where an attribute's parts are usually found, else 0.

    A row is outside when its centre is (``PART_BANDS``).
    """
    centres = (np.arange(map_size[0]) + 0.5) / map_size[0]
    outside = np.ones((len(schema), map_size[0]), dtype=np.float32)
    for index, attribute in enumerate(schema.attributes):
        for part in attribute.parts:
            top, bottom = PART_BANDS[part]
            outside[index, (centres >= top) & (centres <= bottom)] = 0.0
    return torch.from_numpy(outside)


def band_loss(maps: Float[Tensor, "images attr h w"], outside: Float[Tensor, "attr h"]) -> Float[Tensor, ""]:
    """Mean share of each attribute map's mass that lies outside its band, in [0, 1]; 0 for no images."""
    if maps.shape[0] == 0:
        return maps.sum() * 0.0
    rows = maps.sum(dim=3)
    wrong = (rows * outside[None]).sum(dim=2)
    return (wrong / rows.sum(dim=2).clamp(min=1e-12)).mean()
