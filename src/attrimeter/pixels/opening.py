"""Opening an image file safely: its header is judged before any pixel is decoded."""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageFile, UnidentifiedImageError

from attrimeter.errors import ImageError

MAX_PIXELS = 25_000_000
"""The largest picture that is decoded, in pixels; a person crop has some ten thousand."""

MIN_SIDE = 8
"""The shortest side of a picture that a ReID target can use, in pixels."""

IMAGE_SUFFIXES: frozenset[str] = frozenset(
    {
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".png",
        ".bmp",
        ".dib",
        ".webp",
        ".tif",
        ".tiff",
        ".ppm",
        ".pgm",
        ".pbm",
        ".pnm",
    }
)
"""Suffixes, in lower case, of the files that count as pictures in a folder."""

_FORMATS = ("JPEG", "PNG", "BMP", "WEBP", "TIFF", "PPM")
_ORIENTATION = 0x0112
_WARNING_FILTERS = threading.Lock()


@contextmanager
def open_picture(path: str | os.PathLike[str]) -> Iterator[ImageFile.ImageFile]:
    """Open the picture at ``path`` with its header checked and its pixels not yet decoded.

    Whatever goes wrong inside the ``with`` block while Pillow decodes is an ImageError too; the file is
    closed at its end.

    Raises:
        ImageError: missing, a folder, unreadable, not a picture, broken, truncated, smaller than
            :data:`MIN_SIDE` or larger than :data:`MAX_PIXELS`.
    """
    place = Path(path)
    try:
        with place.open("rb") as stream:
            picture = _read_header(stream)
            _check_size(picture, place)
            yield picture
    except FileNotFoundError as error:
        raise ImageError(f"There is no image {place}; check the path.") from error
    except IsADirectoryError as error:
        raise ImageError(f"{place} is a folder, not an image; name one file in it.") from error
    except UnidentifiedImageError as error:
        raise ImageError(f"{place} is not an image: {_describe_content(place)}.") from error
    except Image.DecompressionBombError as error:
        raise ImageError(_too_large(place, "far more")) from error
    except ImageError:
        raise
    except Exception as error:  # a decoder meets hostile bytes: whatever it raises, the file is at fault
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise ImageError(
            f"The image {place} is broken or cannot be read ({reason}); replace the file."
        ) from error


def orientation_of(picture: ImageFile.ImageFile) -> int:
    """The EXIF orientation, 1 (upright) to 8; 1 where there is none or it makes no sense."""
    with _silent_warnings():
        value = picture.getexif().get(_ORIENTATION, 1)
    return value if value in range(1, 9) else 1


def raw_modes(picture: ImageFile.ImageFile) -> str:
    """How the file stores its samples, in Pillow's words, such as "RGB" or "RGB;16B"; "" if unknown."""
    return " ".join(str(tile[3]) for tile in picture.tile)


def _read_header(stream: BinaryIO) -> ImageFile.ImageFile:
    with _silent_warnings():
        return Image.open(stream, formats=_FORMATS)


@contextmanager
def _silent_warnings() -> Iterator[None]:
    """Keep Pillow's warnings on odd headers to itself (filters are global, hence one thread at a time)."""
    with _WARNING_FILTERS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _check_size(picture: ImageFile.ImageFile, place: Path) -> None:
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise ImageError(_too_large(place, f"{width} x {height}"))
    if min(width, height) < MIN_SIDE:
        raise ImageError(
            f"The image {place} is only {width} x {height} pixels and at least {MIN_SIDE} are needed on each "
            "side; give a larger crop of the person."
        )


def _too_large(place: Path, size: str) -> str:
    return (
        f"The image {place} has {size} pixels and at most {MAX_PIXELS:,} are read; crop the person out of it."
    )


def _describe_content(place: Path) -> str:
    if place.stat().st_size == 0:
        return "the file is empty"
    return f"its content is none of {', '.join(_FORMATS)}"
