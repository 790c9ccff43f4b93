"""Ground and wall textures of the places, drawn once from fixed seeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zlib import crc32

import numpy as np
from jaxtyping import Float32

from attrimeter.synthesis.palette import to_linear

_Array = np.ndarray[Any, np.dtype[np.float32]]

GROUND_SIDE = 512
GROUND_METRES = 8.0
WALL_WIDTHS = 14
"""Width of a wall texture, in heights of the picture."""


@dataclass(frozen=True)
class Place:
    """How a place looks.

    Attributes:
        ground, joint: sRGB of the ground and of the lines between its tiles.
        tile: size of a tile in metres as (across, along); 0 means none.
        roughness: contrast of the ground's grain.
        patches: contrast of large stains or growth.
        wall: kind of what stands behind: "facade", "trees", "bricks", "glass", "hedge" or "panels".
        wall_colours: sRGB of the wall and of its details.
        wall_distance: metres behind the person; 0 means that only ground is seen.
    """

    ground: tuple[int, int, int]
    joint: tuple[int, int, int]
    tile: tuple[float, float]
    roughness: float
    patches: float
    wall: str
    wall_colours: tuple[tuple[int, int, int], tuple[int, int, int]]
    wall_distance: float


PLACES: Mapping[str, Place] = {
    "plaza": Place(
        (168, 162, 152),
        (128, 122, 114),
        (0.5, 0.5),
        0.07,
        0.10,
        "facade",
        ((176, 168, 156), (92, 98, 108)),
        9.0,
    ),
    "lawn": Place(
        (108, 124, 78), (96, 110, 70), (0.0, 0.0), 0.24, 0.30, "trees", ((74, 92, 58), (92, 78, 62)), 10.0
    ),
    "street": Place(
        (112, 112, 116),
        (150, 150, 146),
        (0.0, 4.0),
        0.14,
        0.16,
        "bricks",
        ((138, 96, 82), (166, 152, 140)),
        3.0,
    ),
    "entrance": Place(
        (150, 138, 122), (118, 108, 96), (0.6, 0.6), 0.05, 0.08, "glass", ((120, 134, 140), (70, 70, 72)), 2.5
    ),
    "hedge": Place(
        (176, 164, 150), (140, 128, 116), (0.2, 0.1), 0.10, 0.12, "hedge", ((70, 98, 58), (104, 128, 76)), 3.0
    ),
    "hall": Place(
        (136, 142, 146),
        (108, 114, 118),
        (0.9, 0.9),
        0.04,
        0.06,
        "panels",
        ((160, 164, 164), (96, 112, 128)),
        4.0,
    ),
}
"""The places by name."""


@lru_cache(maxsize=16)
def make_ground(name: str) -> Float32[np.ndarray, "512 512 3"]:
    """The ground of a place as a torus of linear light, 8 m square, seen from straight above."""
    place = PLACES[name]
    rng = np.random.Generator(np.random.PCG64(crc32(name.encode())))
    shape = (GROUND_SIDE, GROUND_SIDE)
    texture = np.broadcast_to(to_linear(place.ground), (*shape, 3)).copy()
    metres = np.arange(GROUND_SIDE) * (GROUND_METRES / GROUND_SIDE)
    across, along = place.tile
    if across:
        tiles = rng.random((128, 128)) - 0.5
        shade = tiles[
            (metres // max(along, 0.1)).astype(int)[:, None], (metres // across).astype(int)[None, :]
        ]
        texture *= (1 + 0.14 * shade)[..., None]
    lines = np.zeros(shape, dtype=bool)
    if across:
        lines |= (metres % across < 0.022)[None, :]
    if along:
        lines |= (metres % along < (0.022 if across else 0.12))[:, None]
    texture[lines] = to_linear(place.joint)
    texture *= (1 + place.roughness * 2 * (_smooth_noise(rng, shape, 256) - 0.5))[..., None]
    texture *= (1 + place.patches * 2 * (_smooth_noise(rng, shape, 10) - 0.5))[..., None]
    texture *= (1 + place.roughness * (_smooth_noise(rng, shape, 80) - 0.5))[..., None]
    return texture.astype(np.float32)


@lru_cache(maxsize=32)
def make_wall(name: str, height: int) -> Float32[np.ndarray, "h w 3"]:
    """What stands behind the ground, ``height`` pixels high and much wider than a picture (linear light)."""
    place = PLACES[name]
    rng = np.random.Generator(np.random.PCG64(crc32(name.encode()) + 1))
    shape = (height, WALL_WIDTHS * height)
    first, second = (to_linear(colour) for colour in place.wall_colours)
    ys, xs = np.mgrid[: shape[0], : shape[1]] / height
    if place.wall in ("trees", "hedge"):
        mix = _leaves(rng, shape, place.wall, xs, ys)
    elif place.wall == "bricks":
        mix = _bricks(rng, xs, ys)
    else:
        mix = _openings(rng, xs, ys, pane={"facade": 0.55, "glass": 0.42, "panels": 0.8}[place.wall])
    texture = first + mix[..., None] * (second - first)
    texture = texture * (0.85 + 0.3 * _smooth_noise(rng, shape, 6))[..., None]
    texture *= (0.95 + 0.1 * _smooth_noise(rng, shape, 60))[..., None]
    base = np.clip((1 - ys) / 0.04, 0.55, 1)
    result: _Array = (texture * base[..., None]).astype(np.float32)
    return result


def _leaves(rng: np.random.Generator, shape: tuple[int, int], kind: str, xs: Any, ys: Any) -> Any:
    mix = 2.6 * _smooth_noise(rng, shape, 64) * _smooth_noise(rng, shape, 22) * (0.4 + rng.random(shape))
    if kind == "trees":
        trunks = rng.random(30) * WALL_WIDTHS
        distance = np.min(np.abs(xs[0][:, None] - trunks[None, :]), axis=1)
        mix = np.where((distance < 0.035)[None, :] & (ys > 0.15), 1.0, 0.55 * mix)
    return np.clip(mix, 0, 1)


def _bricks(rng: np.random.Generator, xs: Any, ys: Any) -> Any:
    row = np.floor(ys / 0.045)
    joint = (ys % 0.045 < 0.009) | ((xs + 0.055 * (row % 2)) % 0.11 < 0.009)
    shade = 0.25 * rng.random((64, 512))[row.astype(int) % 64, np.floor(xs / 0.11).astype(int) % 512]
    return np.where(joint, 0.7, shade)


def _openings(rng: np.random.Generator, xs: Any, ys: Any, *, pane: float) -> Any:
    """Windows or panels of varied width in a plain wall, with frames between them."""
    column = np.floor(xs / pane).astype(int)
    share = 0.35 + 0.6 * rng.random(256)[column % 256]
    level = 0.4 + 0.6 * rng.random(256)[column % 256]
    inside = (xs / pane - column < share) & (ys > 0.12) & (ys < 0.93)
    frame = (xs / pane - column < 0.05) | (np.abs(ys - 0.55) < 0.012)
    return np.where(inside, np.where(frame, 0.25, level), 0.05)


def _smooth_noise(rng: np.random.Generator, shape: tuple[int, int], cells: int) -> Any:
    """Values in 0..1 that vary smoothly over cells of side (shortest side / cells); wraps around."""
    step = max(1, min(shape) / cells)
    rows, columns = max(2, round(shape[0] / step)), max(2, round(shape[1] / step))
    grid = rng.random((rows, columns))
    return _stretch(_stretch(grid, shape[0]).T, shape[1]).T


def _stretch(grid: Any, size: int) -> Any:
    position = np.arange(size) * (len(grid) / size)
    low = np.floor(position).astype(int)
    weight = (position - low)[:, None]
    weight = weight * weight * (3 - 2 * weight)
    return grid[low % len(grid)] * (1 - weight) + grid[(low + 1) % len(grid)] * weight
