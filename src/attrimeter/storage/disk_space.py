"""What will be written and how long it takes, said before it is; refused where the disk cannot hold it."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from attrimeter.errors import StorageError

_LOG = logging.getLogger(__name__)
_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB", "EB")
MARGIN = 1.02
"""Factor on what is written: folders, indexes and the blocks of a disk take some more."""


def announce(
    what: str,
    folder: str | os.PathLike[str],
    size: float,
    *,
    beside: float = 0,
    seconds: float | None = None,
    smaller: str = "",
    freed: float = 0,
) -> None:
    """Say what is about to be written, in one line at level INFO of the log ``attrimeter``.

    Args:
        what: is written, as the beginning of a sentence in the plural: "The maps of 12,936 images".
        folder: where; need not be there yet.
        size: in bytes.
        beside: bytes that go to the same disk soon after.
        seconds: that it takes; None if that is not known.
        smaller: how to make it smaller: a clause with the name of an option; "" if nothing does.
        freed: bytes that will be removed from the same disk before.

    Raises:
        StorageError: the disk has not as much space.
    """
    needed, free = MARGIN * (size + beside), free_space(folder) + freed
    cures = ", ".join(part for part in (smaller, "or choose a folder on another disk") if part)
    soon = f" and {as_size(beside)} more soon after" if beside else ""
    if needed > free:
        raise StorageError(
            f"{what} take {as_size(size)}{soon} in {folder}, where {as_size(free)} are free. Free some "
            f"space, {cures}."
        )
    time = "" if seconds is None else f" and about {as_time(seconds)}"
    hint = f"; to make it smaller, {smaller}" if smaller and size > 10**9 else ""
    room = f"in {folder} ({as_size(free)} free)"
    _LOG.info("%s take %s%s%s %s%s.", what, as_size(size), soon, time, room, hint)


def warm_seconds(act: Callable[[], object]) -> float:
    """How long it takes to do something the second time: the first time, much is loaded and set up."""
    act()
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def free_space(folder: str | os.PathLike[str]) -> int:
    """Bytes that may still be written to the disk of a folder, which need not be there yet.

    Raises:
        StorageError: nothing of its path is there to be asked.
    """
    place = Path(folder).absolute()
    for known in (place, *place.parents):
        try:
            return shutil.disk_usage(known).free
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise StorageError(f"{folder} cannot be used: {error.strerror or error}.") from error
    raise StorageError(f"{folder} is on no disk that is there; choose another folder.")


def as_size(count: float) -> str:
    """A number of bytes in the unit that suits it: "134 GB"."""
    value, unit = float(max(count, 0)), 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.0f} {_UNITS[unit]}" if unit < 2 or value >= 99.5 else f"{value:.1f} {_UNITS[unit]}"


def as_time(seconds: float) -> str:
    """A duration in the unit that suits it: "40 minutes"."""
    for length, unit in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= 1.5 * length:
            count = seconds / length
            return f"{count:.0f} {unit}s" if count >= 9.5 else f"{count:.1f} {unit}s"
    whole = max(1, round(seconds))
    return f"{whole} second{'' if whole == 1 else 's'}"
