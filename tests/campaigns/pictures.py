"""Damaged and foreign pictures: read as what they show, or refused in one sentence."""

from __future__ import annotations

import io
import os
import random
import resource
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
from PIL import Image, ImageOps
from tests.campaigns.picture_damages import DAMAGES, FITTING
from tests.campaigns.tally import Tally, judge_refusal, tally_cases
from tests.pixels.picture_files import READ, REFUSED, expected, whole_file

from attrimeter.errors import ImageError
from attrimeter.pixels import MAX_PIXELS, as_image

LONGEST = 500
MOST_SECONDS = 60
MOST_MEMORY = 1_000_000
"""Kilobytes by which one picture may raise the peak of the process."""

Array = np.ndarray[Any, np.dtype[Any]]


def run(size: int, seed: int, folder: Path) -> Tally:
    """Read ``size`` pictures, each made from a whole one by up to three damages.

    Faults: an exception that is not the project's; a message that is long or no single line; a warning, or a
    word on standard error; other pixels than the whole file's where the damage cannot have changed them, and
    elsewhere others than a second way through Pillow gives; a minute, or a gigabyte, for one picture.
    """
    place = folder / "picture.bin"

    def case(dice: random.Random, _: int, done: list[str]) -> str:
        content, made, whole = make(dice)
        done.append(made)
        place.write_bytes(content)
        return _judge(place, content, whole, said)

    with _stderr_in_file() as said:
        return tally_cases("pictures", size, seed, case)


def make(dice: random.Random) -> tuple[bytes, str, str | None]:
    """The bytes of one case, what it is, and the kind whose pixels it must give if it gives any."""
    kind = dice.choice([*READ, *READ, *REFUSED])
    content, names = bytearray(whole_file(kind)), []
    harmless = True
    for _ in range(dice.choice((0, 1, 1, 1, 2, 3))):
        name = dice.choice(sorted(DAMAGES))
        if name in FITTING and not content.startswith(FITTING[name]):
            name = "cut"
        content = DAMAGES[name](dice, content)
        harmless &= _is_harmless(name, names, content)
        names.append(name)
    return bytes(content), ", ".join([kind, *names]), kind if harmless else None


def _is_harmless(name: str, before: list[str], content: bytearray) -> bool:
    """Whether the file shows what it showed, or nothing: a PNG has checksums over all that it says."""
    if content.startswith(b"\x89PNG"):
        return not name.startswith("png")
    return name == "cut" or (name == "appended" and "cut" not in before)


@contextmanager
def _stderr_in_file() -> Iterator[IO[bytes]]:
    """Let what C libraries say on standard error go to a file."""
    with tempfile.TemporaryFile() as said:
        kept = os.dup(2)
        os.dup2(said.fileno(), 2)
        try:
            yield said
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def _judge(place: Path, content: bytes, kind: str | None, said: IO[bytes]) -> str:
    start, peak = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    words = os.fstat(said.fileno()).st_size
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        image, outcome = _read(place)
    if warned:
        return f"fault: the warning {str(warned[0].message)[:200]}"
    if os.fstat(said.fileno()).st_size > words:
        said.seek(words)
        return f"fault: on standard error {said.read(200)!r}"
    if time.monotonic() - start > MOST_SECONDS:
        return f"fault: {time.monotonic() - start:.0f} seconds"
    if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak > MOST_MEMORY:
        return "fault: more than a gigabyte of memory"
    if image is None:
        return outcome
    if kind is not None:
        whole = expected(kind)
        return "read" if whole is not None and np.array_equal(image, whole) else "fault: other pixels"
    second = _read_again(content)
    return (
        "read, damaged"
        if second is None or np.array_equal(image, second)
        else "fault: two ways, two pictures"
    )


def _read(place: Path) -> tuple[Array | None, str]:
    try:
        image = as_image(place)
    except ImageError as error:
        return None, judge_refusal(error, place, longest=LONGEST)
    except Exception as error:
        return None, f"fault: {type(error).__name__}: {str(error)[:300]}"
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or image.size > 3 * MAX_PIXELS:
        return None, f"fault: {image.dtype} of shape {image.shape}"
    return image, "read"


def _read_again(content: bytes) -> Array | None:
    with warnings.catch_warnings(action="ignore"):
        try:
            return np.array(ImageOps.exif_transpose(Image.open(io.BytesIO(content))).convert("RGB"))
        except Exception:
            return None
