"""A picture prepared for a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import UInt8

from attrimeter.figures.drawing.overlay import enlarge_image, fit_size
from attrimeter.figures.text.page_rendering import png_data_uri
from attrimeter.figures.text.words import cut

Pixels = UInt8[np.ndarray[Any, Any], "height width 3"]
Pictures = Mapping[Path, Pixels]


@dataclass(frozen=True)
class PictureView:
    """A picture.

    Attributes:
        source: its data address; None where only its name may be shown.
        alternative: what it shows, in words.
        ratio: width / height.
        part: its part in a match; empty outside of one.
        name: of its file; empty where it is not shown.
    """

    source: str | None
    alternative: str
    ratio: float
    part: str = ""
    name: str = ""


def view_pixels(pixels: Pixels, alternative: str, *, box: tuple[int, int]) -> PictureView:
    """A picture, made smaller where it is higher or wider than ``box``."""
    if pixels.shape[0] > box[0] or pixels.shape[1] > box[1]:
        pixels = enlarge_image(pixels, size=fit_size(pixels, box=box))
    height, width = pixels.shape[:2]
    return PictureView(png_data_uri(pixels), alternative, round(width / height, 3))


def view_file(part: str, path: Path, pictures: Pictures, *, box: tuple[int, int]) -> PictureView:
    """The picture of ``path`` with its part in a match if it is given, else its name."""
    name = cut(path.name)
    alternative = f"{part}: the picture {name}"
    pixels = pictures.get(path)
    if pixels is None:
        return PictureView(None, alternative, 0.5, part, name)
    return replace(view_pixels(pixels, alternative, box=box), part=part, name=name)
