"""The pixels of a picture that an interpreter says an attribute group lies on."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from attrimeter.arrays import Array
from attrimeter.errors import SchemaError
from attrimeter.schemas import PART_BANDS, AttributeSchema

THRESHOLD = 0.5
"""Share of the map's maximum at which a pixel belongs to the region by half."""

SOFTNESS = 0.2
"""Share of the maximum over which belonging rises from 0 to 1."""

_EDGE = 0.04  # share of the height over which a band fades


def group_band(schema: AttributeSchema, group: str) -> tuple[float, float]:
    """From where to where the group's body parts are usually found, as fractions of the height.

    Raises:
        SchemaError: the schema has no such group.
    """
    if group not in schema.groups:
        raise SchemaError(
            f"The schema {schema.name!r} has no group {group!r}; choose from {', '.join(schema.groups)}."
        )
    parts = {part for index in schema.groups[group] for part in schema.attributes[index].parts}
    return min(PART_BANDS[part][0] for part in parts), max(PART_BANDS[part][1] for part in parts)


def find_region(
    attention: Float[Tensor, "h w"], *, size: tuple[int, int], band: tuple[float, float]
) -> Float[Array, "height width"]:
    """Where the attention within the band is above about half of its maximum there.

    Args:
        attention: the map of a group, >= 0 and above 0 somewhere in the band.
        size: (height, width) of the picture.
        band: see :func:`group_band`; nothing outside belongs to the region.

    Returns:
        A weight in [0, 1] per pixel: 0 up to 40 % of the maximum, 1 from 60 %, and 0 outside the band.
    """
    grown = functional.interpolate(attention[None, None], size=size, mode="bilinear", align_corners=False)
    rows, (top, bottom) = (np.arange(size[0]) + 0.5) / size[0], band
    inside = np.clip((rows - top) / _EDGE + 0.5, 0, 1) * np.clip((bottom - rows) / _EDGE + 0.5, 0, 1)
    seen = grown[0, 0].double().cpu().numpy() * inside[:, None]
    weight: Array = np.clip((seen / seen.max() - THRESHOLD) / SOFTNESS + 0.5, 0, 1)
    return weight


def move_region(
    weight: Float[Array, "height width"], rng: np.random.Generator
) -> Float[Array, "height width"]:
    """The same region at random elsewhere: a third to two thirds of the height away, and any way across.

    What leaves the picture on one side comes in on the other, so that area and shape are kept.
    """
    height, width = weight.shape
    down = int(rng.integers(height // 3, height - height // 3 + 1))
    return np.roll(weight, (down, int(rng.integers(width))), axis=(0, 1))
