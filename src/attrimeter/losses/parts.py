"""Place: the map of an attribute belongs on the body part where the attribute is seen."""

from __future__ import annotations

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


def template_targets(
    schema: AttributeSchema, map_size: tuple[int, int]
) -> Float[Tensor, "groups_and_other h w"]:
    """Where the groups are usually found in an upright person crop, for data without part masks; sums to 1.

    A cell in the middle column is body and one at the side mostly background (a Gaussian of deviation 0.2 of
    the width). Body is split evenly among the parts whose band (``PART_BANDS``) holds the cell's centre,
    and each part among the groups that claim it.
    """
    claims = part_claims(schema)
    rows = (torch.arange(map_size[0]) + 0.5) / map_size[0]
    columns = (torch.arange(map_size[1]) + 0.5) / map_size[1]
    bands = torch.tensor([PART_BANDS[part] for part in BODY_PARTS])
    inside = ((rows >= bands[:, :1]) & (rows <= bands[:, 1:])).to(claims.dtype)
    shares = claims[:, 1:-1] @ (inside / inside.sum(dim=0).clamp(min=1))
    shares[-1] += 1 - shares.sum(dim=0)
    body = torch.exp(-0.5 * ((columns - 0.5) / 0.2).square())
    template = shares[:, :, None] * body
    template[-1] += 1 - body
    return template


def cover_targets(
    masks: UInt8[Tensor, "images height width"], schema: AttributeSchema, map_size: tuple[int, int]
) -> Float[Tensor, "images groups h w"]:
    """Share of every cell, 0 to 1, that the parts of each group cover; groups that share a part both do.

    Mask labels as in :data:`attrimeter.schemas.BODY_PARTS`: i + 1 is part i.
    """
    covers = []
    for members in schema.groups.values():
        parts = {part for index in members for part in schema.attributes[index].parts}
        labels = torch.tensor([BODY_PARTS.index(part) + 1 for part in sorted(parts)], dtype=masks.dtype)
        covers.append(torch.isin(masks, labels.to(masks.device)))
    return adaptive_avg_pool2d(torch.stack(covers, dim=1).float(), map_size)
