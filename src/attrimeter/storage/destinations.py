"""Where an output goes: into a plain file that is replaced, or through what else stands under its name."""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from attrimeter.errors import StorageError

STANDARD_OUTPUT = "-"
_OUT = 1
_MOST_LINKS = 40


@dataclass(frozen=True)
class Destination:
    """What stands under the name of an output.

    Attributes:
        path: a plain file (there, or to be made) that may be replaced; else the device or pipe.
        replaced: whether it is such a file.
        status: of the file that is there; None where there is none.
    """

    path: Path
    replaced: bool
    status: os.stat_result | None = None


def find_destination(path: str | os.PathLike[str]) -> Destination:
    """What writing to ``path`` means: symbolic links are followed, and stay.

    "-" is standard output, and ``/dev/stdout`` or ``/dev/fd/N`` what this process has open under that number.

    Raises:
        StorageError: a folder or a disk, which no output takes the place of.
        OSError: it cannot be looked at, or must not be written.
    """
    place = Path(path)
    if _open_number(place) is not None:
        return Destination(place, replaced=False)
    try:
        status = place.stat()
    except FileNotFoundError:
        return Destination(Path(os.path.realpath(place)), replaced=True)
    if stat.S_ISDIR(status.st_mode):
        raise StorageError(f"Could not write {place}: it is a folder; name a file in it.")
    if stat.S_ISBLK(status.st_mode):
        raise StorageError(f"Could not write {place}: it is a disk; name a file on it.")
    if not os.access(place, os.W_OK):
        raise PermissionError(13, "it is write-protected", str(place))
    if stat.S_ISREG(status.st_mode):
        return Destination(Path(os.path.realpath(place)), replaced=True, status=status)
    return Destination(place, replaced=False)


def is_standard_output(path: str | os.PathLike[str]) -> bool:
    """Whether what is written to ``path`` ends up in standard output."""
    return _open_number(Path(path)) == _OUT


def is_passed_through(path: str | os.PathLike[str]) -> bool:
    """Whether what is written to ``path`` goes on to a device, pipe or open file, and replaces nothing."""
    place = Path(path)
    if _open_number(place) is not None:
        return True
    try:
        mode = place.stat().st_mode
    except OSError:
        return False
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def check_output(path: str | os.PathLike[str]) -> None:
    """Refuse an output that could not be written, before the work that it is the result of.

    Raises:
        StorageError: a folder, a disk, a write-protected file, or a place where no file can be made.
    """
    try:
        found = find_destination(path)
        if found.replaced:
            _check_place(found.path.parent)
        elif (number := _open_number(found.path)) is not None:
            os.fstat(number)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(f"{path} cannot be written: {reason}; name another file.") from error


def _check_place(folder: Path) -> None:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir():
        raise NotADirectoryError(20, f"{folder} is no folder", str(folder))
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(13, f"no permission to write in {folder}", str(folder))


def pass_through(path: str | os.PathLike[str], data: bytes) -> None:
    """Write ``data`` to a device, a pipe or what this process has open; see :func:`is_passed_through`.

    Raises:
        BrokenPipeError: whoever reads it is gone.
        OSError: it cannot be opened or written.
    """
    place = Path(path)
    if place == Path(STANDARD_OUTPUT):
        _write_standard_output(data)
        return
    with _open(place, _open_number(place)) as stream:
        stream.write(data)


def _write_standard_output(data: bytes) -> None:
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:
        raise OSError(9, "standard output is closed, or takes no bytes")
    sys.stdout.flush()
    stream.write(data)
    stream.flush()


def _open(path: Path, number: int | None) -> IO[bytes]:
    if number is None:
        return os.fdopen(os.open(path, os.O_WRONLY | getattr(os, "O_NOCTTY", 0)), "wb")
    if number == _OUT and sys.stdout is not None:
        sys.stdout.flush()
    return os.fdopen(os.dup(number), "wb")


def _open_number(path: Path) -> int | None:
    """N where the path means what this process has open as N, through however many links."""
    if path == Path(STANDARD_OUTPUT):
        return _OUT
    own = {"/dev/fd", f"/proc/{os.getpid()}/fd"}
    for _ in range(_MOST_LINKS):
        parent = os.path.realpath(path.parent)
        if path.name.isdecimal() and (parent in own or _is_of_thread(parent)):
            return int(path.name)
        try:
            path = Path(parent) / path.readlink()
        except OSError:
            return None
    return None


def _is_of_thread(parent: str) -> bool:
    return parent.startswith(f"/proc/{os.getpid()}/task/") and parent.endswith("/fd")
