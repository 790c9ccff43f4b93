"""What the tensors of a vision transformer tell: width, blocks, and how its patches lie on the image."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from attrimeter.targets.bodies.vision_transformer import count_patches
from attrimeter.targets.family import Tensors
from attrimeter.targets.profile import MOST_BLOCKS, Profile

SIZES = ((256, 128), (256, 256), (384, 128))
"""(height, width) of the inputs that the published configurations have: persons, vehicles, large persons."""

STRIDES = (16, 12, 11)
"""Pixels from one patch to the next in them. No two sizes and strides have equally many patches."""


def possible_grids(
    tensors: Tensors, positions: str, *, sizes: tuple[tuple[int, int], ...] = SIZES
) -> list[tuple[tuple[int, int], int]]:
    """The (image size, patch stride) that have as many patches as there are positions; [] if none has."""
    known = tensors.get(positions)
    if known is None or known.ndim < 2:
        return []
    grids = {(size, stride): count_patches(size, stride) for size in sizes for stride in STRIDES}
    return [grid for grid, (rows, columns) in grids.items() if 1 + rows * columns == known.shape[-2]]


def read_shapes(profile: Profile, tensors: Tensors, *, positions: str, block: re.Pattern[str]) -> Profile:
    """The profile with the width, number of blocks, patch stride and image size that the shapes tell.

    Args:
        positions: the name of the position embedding, of shape ... x tokens x width.
        block: what a name of a block's tensor is, its number first.
    """
    numbers = {int(found[1]) for name in tensors if (found := block.fullmatch(name))}
    depth = (
        len(numbers)
        if numbers == set(range(len(numbers))) and 0 < len(numbers) <= MOST_BLOCKS
        else profile.depth
    )
    own = possible_grids(tensors, positions, sizes=(profile.image_size,))
    grids = own or possible_grids(tensors, positions) or [(profile.image_size, profile.patch_stride)]
    known = tensors.get(positions)
    width = known.shape[-1] if known is not None and known.ndim and known.shape[-1] else profile.width
    return replace(profile, depth=depth, width=width, image_size=grids[0][0], patch_stride=grids[0][1])


def place_of_block(number: int, profile: Profile) -> str:
    """What our names of a block's tensors begin with."""
    return "head.block." if number == profile.depth - 1 else f"backbone.blocks.{number}."


def replace_start(name: str, starts: Mapping[str, str]) -> str:
    """The name with what it begins with replaced; itself if it begins with none."""
    start = next((start for start in starts if name.startswith(start)), None)
    return name if start is None else starts[start] + name.removeprefix(start)


def left_out_cameras(tensors: Tensors, name: str) -> tuple[str, ...]:
    """What is assumed of the embedding of cameras and viewpoints, if there is one under that name."""
    if name not in tensors or not tensors[name].ndim:
        return ()
    number = len(tensors[name])
    return (
        f"the {number:,} embeddings of cameras or viewpoints ({name}) are left out: the network is given an "
        "image and no camera",
    )
