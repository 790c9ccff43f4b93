"""Draws the picture that shows the renderer at a glance: every group off and on, the cameras, a crowd.

python recipes/contact_sheet.py [docs/figures/contact-sheet.jpg]
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import UInt8
from PIL import Image, ImageDraw, ImageFont

from attrimeter.pixels import resize_image, write_image
from attrimeter.schemas import OCCLUDER_LABEL
from attrimeter.synthesis import specification as spec
from attrimeter.synthesis.editing import edit_group
from attrimeter.synthesis.renderer import render_person
from attrimeter.synthesis.sampling import sample_person
from attrimeter.synthesis.scene.cameras import CAMERAS
from attrimeter.synthesis.specification import PersonSpecification
from attrimeter.synthesis.view import View, sample_view

_Picture = np.ndarray[Any, np.dtype[np.uint8]]

_COLUMNS = 16
_GAP = 4
_CAPTION = 18
_TITLE = 30
_PAPER = 252
_CROWD_SEED, _IDENTITY_SEED, _VIEW_SEED = 100, 36, 5

MASK_COLOURS: tuple[tuple[int, int, int], ...] = (
    (236, 236, 234),
    (244, 196, 160),
    (92, 64, 48),
    (214, 60, 60),
    (70, 120, 190),
    (120, 180, 220),
    (90, 90, 150),
    (60, 150, 110),
    (40, 40, 40),
    (230, 140, 40),
    (170, 90, 170),
    (230, 200, 70),
    (150, 150, 150),
)
"""Colour of each part label in the sheet: background, the body parts, the occluder."""

_OFF = PersonSpecification(
    hat=None,
    hair=spec.Hair(False, "full", (44, 30, 24), 1.04, 0.3),
    upper_colour=spec.Cloth("white", (232, 233, 230), (60, 70, 90), "plain", 1.0, 5),
    sleeve=spec.Sleeves(False, 0.9, 0.012),
    lower_colour=spec.Cloth("blue", (56, 84, 138), (230, 230, 230), "plain", 1.0, 6),
    length=spec.LowerLength(False, 0.09),
    type=spec.LowerType(False, 0.35),
    backpack=None,
    bag=None,
    handbag=None,
    gender=spec.Build(False, 0.195, 0.158, 0.138, 0.147, 0.0, 1.0, 0.0),
    other=spec.OtherTraits((214, 168, 138), (44, 44, 48), (225, 225, 222), "trainer", False, 3),
)
_ON = replace(
    _OFF,
    hat=spec.Hat("cap", (178, 40, 44), (150, 30, 36)),
    hair=spec.Hair(True, "loose", (66, 42, 28), 1.05, 0.34),
    upper_colour=spec.Cloth("red", (192, 34, 40), (235, 235, 230), "plain", 1.0, 5),
    sleeve=spec.Sleeves(True, 1.23, 0.014),
    lower_colour=spec.Cloth("black", (30, 30, 33), (230, 230, 230), "plain", 1.0, 6),
    length=spec.LowerLength(True, 0.56),
    type=spec.LowerType(True, 0.5),
    backpack=spec.Backpack((38, 92, 70), (226, 196, 80), 1.0),
    bag=spec.Bag((116, 72, 40), (96, 56, 30), "cross", 1, 1.05),
    handbag=spec.Handbag((150, 40, 90), (240, 214, 200), "tote", 1, 1.0),
    gender=spec.Build(True, 0.166, 0.138, 0.114, 0.162, 0.058, 0.88, 0.0),
)
_EDITS: tuple[tuple[str, str, str, float], ...] = (
    ("hat", "no hat", "hat", 25.0),
    ("hair", "short hair", "long hair", 200.0),
    ("upper colour", "white top", "red top", -25.0),
    ("sleeve", "long sleeves", "short sleeves", 25.0),
    ("lower colour", "blue", "black", -25.0),
    ("length", "long", "short", 25.0),
    ("type", "trousers", "skirt", 25.0),
    ("gender", "male", "female", 15.0),
    ("backpack", "no backpack", "backpack", 150.0),
    ("backpack", "(from the front)", "(from the front)", 20.0),
    ("bag", "no bag", "bag", -40.0),
    ("handbag", "no handbag", "handbag", -30.0),
)


def write_contact_sheet(path: str | os.PathLike[str], *, zoom: int = 3) -> None:
    """Write the contact sheet as PNG or JPEG, pictures of 128 x 64 enlarged ``zoom`` times."""
    write_image(path, draw_contact_sheet(zoom=zoom))


def draw_contact_sheet(*, zoom: int = 3) -> UInt8[np.ndarray, "h w 3"]:
    """Three blocks: each attribute group edited alone; one person in all cameras with masks; a crowd."""
    sections: list[tuple[str, list[tuple[_Picture, str]]]] = [
        ("One attribute changed at a time; all else stays, pixel for pixel", _edited_pairs()),
        ("One person as the cameras see it, with part masks", _camera_strip()),
        ("Persons drawn at random", _crowd(2 * _COLUMNS)),
    ]
    return np.concatenate([_draw_section(title, cells, zoom) for title, cells in sections], axis=0)


def _edited_pairs() -> list[tuple[_Picture, str]]:
    cells = []
    for group, before, after, azimuth in _EDITS:
        view = _calm_view(azimuth)
        edited = edit_group(_OFF, _ON, group)
        cells.append((render_person(_OFF, view).image, before))
        cells.append((render_person(edited, view).image, after))
    combined = edit_group(edit_group(_OFF, _ON, "type"), _ON, "length")
    for person, caption in ((combined, "short skirt"), (_ON, "everything")):
        cells.append((render_person(person, _calm_view(25.0)).image, caption))
    for azimuth in (-70.0, 115.0, 160.0, -115.0, 180.0, 75.0):
        cells.append((render_person(_ON, _calm_view(azimuth)).image, f"seen at {azimuth:.0f}°"))
    return cells


def _calm_view(azimuth: float) -> View:
    view = sample_view(_VIEW_SEED, 1)
    return replace(
        view, azimuth=azimuth % 360, occluder=None, shift_x=0.0, shift_y=0.0, stride=0.6, head_turn=0.0
    )


def _camera_strip() -> list[tuple[_Picture, str]]:
    person = sample_person(_IDENTITY_SEED)
    cells, masks = [], []
    for index in range(_COLUMNS // 2):
        camera = index % len(CAMERAS) + 1
        rendered = render_person(person, sample_view(_VIEW_SEED + 40 + index, camera))
        cells.append((rendered.image, f"camera {camera}"))
        masks.append((_colour_mask(rendered.mask), "parts"))
    return [cell for pair in zip(cells, masks, strict=True) for cell in pair]


def _colour_mask(mask: _Picture) -> _Picture:
    colours = np.array(MASK_COLOURS, dtype=np.uint8)
    coloured: _Picture = colours[np.minimum(mask, OCCLUDER_LABEL)]
    return coloured


def _crowd(count: int) -> list[tuple[_Picture, str]]:
    return [
        (
            render_person(
                sample_person(_CROWD_SEED + index), sample_view(index, index % len(CAMERAS) + 1)
            ).image,
            "",
        )
        for index in range(count)
    ]


def _draw_section(title: str, cells: Sequence[tuple[_Picture, str]], zoom: int) -> _Picture:
    height, width = (side * zoom for side in cells[0][0].shape[:2])
    captioned = _CAPTION if any(caption for _, caption in cells) else 0
    rows = -(-len(cells) // _COLUMNS)
    step_y, step_x = height + captioned + _GAP, width + _GAP
    canvas = Image.new("RGB", (_COLUMNS * step_x + _GAP, _TITLE + rows * step_y + _GAP), (_PAPER,) * 3)
    draw = ImageDraw.Draw(canvas)
    draw.text((2 * _GAP, 4), title, fill=(20, 20, 20), font=ImageFont.load_default(size=18))
    font = ImageFont.load_default(size=13)
    for index, (picture, caption) in enumerate(cells):
        row, column = divmod(index, _COLUMNS)
        left, top = _GAP + column * step_x, _TITLE + row * step_y
        large = resize_image(picture, size=(height, width), interpolation="bicubic")
        canvas.paste(Image.fromarray(large), (left, top))
        draw.text((left + 2, top + height + 1), caption, fill=(50, 50, 50), font=font)
    return np.asarray(canvas)


if __name__ == "__main__":
    write_contact_sheet(*(sys.argv[1:] or ["docs/figures/contact-sheet.jpg"]))
