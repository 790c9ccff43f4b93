"""Opening an image file safely: its header is judged before any pixel is decoded."""

from __future__ import annotations

import io
import logging
import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageFile, UnidentifiedImageError

from attrimeter.errors import ImageError
from attrimeter.pixels.structure import find_structural_fault
from attrimeter.storage import TooLargeError, read_limited

MAX_PIXELS = 25_000_000
"""The largest picture that is decoded, in pixels; a person crop has some ten thousand."""

MAX_BYTES = 4 * MAX_PIXELS + 16 * 1024 * 1024
"""The largest picture file that is read, in bytes: the largest picture without compression, and some more."""

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
_LONGEST_REASON = 200
_ORIENTATION = 0x0112
_LYING = 5  # from this orientation on a picture is stored on its side
_WARNING_FILTERS = threading.Lock()

logging.getLogger("PIL").addHandler(
    logging.NullHandler()
)  # else Python prints what Pillow logs of broken files


@contextmanager
def open_picture(path: str | os.PathLike[str]) -> Iterator[ImageFile.ImageFile]:
    """Open the picture at ``path`` with its header checked and its pixels not yet decoded.

    Whatever goes wrong inside the ``with`` block while Pillow decodes is an ImageError too; the file is
    closed at its end.

    Raises:
        ImageError: missing, no regular file, unreadable, of more than :data:`MAX_BYTES`, not a picture,
            broken, truncated, an animation or several pages, smaller than :data:`MIN_SIDE` or larger than
            :data:`MAX_PIXELS`.
    """
    place = Path(path)
    content = _read_content(place)
    try:
        with io.BytesIO(content) as stream:
            fault = find_structural_fault(content)
            if fault is not None:
                raise ImageError(_broken(place, fault))
            picture = _read_header(stream)
            _check_size(picture, place)
            _check_single(picture, content, place)
            _check_blocks(picture, place)
            yield picture
    except UnidentifiedImageError as error:
        said = f"its content is none of {', '.join(_FORMATS)}" if content else "the file is empty"
        raise ImageError(f"{place} is not an image: {said}.") from error
    except Image.DecompressionBombError as error:
        raise ImageError(_too_large(place, "far more")) from error
    except ImageError:
        raise
    except Exception as error:  # a decoder meets hostile bytes: whatever it raises, the file is at fault
        reason = " ".join((getattr(error, "strerror", None) or str(error)).split())
        raise ImageError(_broken(place, reason[:_LONGEST_REASON] or type(error).__name__)) from error


def _read_content(place: Path) -> bytes:
    try:
        return read_limited(place, MAX_BYTES)
    except FileNotFoundError as error:
        raise ImageError(f"There is no image {place}; check the path.") from error
    except IsADirectoryError as error:
        raise ImageError(f"{place} is a folder, not an image; name one file in it.") from error
    except TooLargeError as error:
        raise ImageError(
            f"The image {place} is {error.strerror}, more than any picture that is read needs; save it anew."
        ) from error
    except (OSError, ValueError) as error:
        raise ImageError(_broken(place, getattr(error, "strerror", None) or str(error))) from error


def decode(picture: ImageFile.ImageFile) -> None:
    """Decode the pixels; those of a TIFF are turned upright by this, and then its orientation is 1."""
    if picture.format == "TIFF":
        with _silent_warnings(), _silent_stderr():
            picture.load()
    else:
        picture.load()


def orientation_of(picture: ImageFile.ImageFile) -> int:
    """The EXIF orientation, 1 (upright) to 8; 1 where there is none that makes sense. See :func:`decode`."""
    with _silent_warnings():
        value = picture.getexif().get(_ORIENTATION, 1)
    return value if value in range(1, 9) else 1


def picture_size(path: str | os.PathLike[str]) -> tuple[int, int]:
    """Height and width, in pixels, of the upright picture; they are in its header. Raises ImageError."""
    with open_picture(path) as picture:
        width, height = picture.size
        return (width, height) if orientation_of(picture) >= _LYING else (height, width)


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


@contextmanager
def _silent_stderr() -> Iterator[None]:
    """Keep libtiff's words on broken files to itself: it writes them to the process's standard error."""
    try:
        kept = os.dup(2)
    except OSError:  # there is none
        yield
        return
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _check_size(picture: ImageFile.ImageFile, place: Path) -> None:
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise ImageError(_too_large(place, f"{width} x {height}"))
    if min(width, height) < MIN_SIDE:
        raise ImageError(
            f"The image {place} is only {width} x {height} pixels and at least {MIN_SIDE} are needed on each "
            "side; give a larger crop of the person."
        )


def _check_single(picture: ImageFile.ImageFile, content: bytes, place: Path) -> None:
    """A phone's JPEG with a preview or depth map behind it (MPO) is one picture; an animation is not."""
    if (getattr(picture, "is_animated", False) and picture.format != "MPO") or _has_another(picture, content):
        raise ImageError(
            f"The image {place} is an animation or has several pages, and which of its pictures is meant is "
            "unknown; save the one that shows the person as a file of its own."
        )


def _has_another(picture: ImageFile.ImageFile, content: bytes) -> bool:
    """Whether another picture follows in a binary PPM."""
    if picture.format != "PPM" or len(picture.tile) != 1 or picture.tile[0].codec_name != "raw":
        return False
    width, height = picture.size
    end = picture.tile[0].offset + width * height * len(picture.getbands())
    return content[end : end + 1] == b"P"


def _check_blocks(picture: ImageFile.ImageFile, place: Path) -> None:
    """Pillow leaves black what no strip or tile of a TIFF without compression holds."""
    if picture.format != "TIFF" or any(tile.codec_name != "raw" for tile in picture.tile):
        return
    bands, held = picture.getbands(), 0
    for tile in picture.tile:
        left, top, right, bottom = tile.extents or (0, 0, 0, 0)
        is_one_band = isinstance(tile.args, tuple) and tile.args[0] in bands
        held += (right - left) * (bottom - top) * (1 if is_one_band else len(bands))
    if held < picture.size[0] * picture.size[1] * len(bands):
        raise ImageError(_broken(place, "it does not hold the whole picture"))


def _too_large(place: Path, size: str) -> str:
    return (
        f"The image {place} has {size} pixels and at most {MAX_PIXELS:,} are read; crop the person out of it."
    )


def _broken(place: Path, reason: str) -> str:
    return f"The image {place} is broken or cannot be read ({reason}); replace the file."
