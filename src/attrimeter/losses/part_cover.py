"""How much of each map cell the body parts of an attribute group cover."""

from __future__ import annotations

import torch
from jaxtyping import Float, UInt8
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from attrimeter.schemas import BODY_PARTS, AttributeSchema


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
