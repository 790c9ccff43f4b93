"""Which files may be read: regular ones, up to a size that is known beforehand."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


class NotRegularError(OSError):
    """What stands under that name is a pipe, a device or a socket, and reading it could last for ever."""


class TooLargeError(OSError):
    """A file is larger than anything that it should be."""


@contextmanager
def open_regular(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a regular file for reading bytes; symbolic links are followed. Nothing else is waited for.

    Raises:
        NotRegularError: a pipe, device or socket.
        IsADirectoryError, FileNotFoundError, PermissionError, OSError: as ``open``.
    """
    _check(Path(path).stat(), path)
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as stream:
        _check(os.fstat(stream.fileno()), path)
        yield stream


def read_limited(path: str | os.PathLike[str], limit: int) -> bytes:
    """All bytes of a regular file that has at most ``limit`` of them.

    Raises:
        TooLargeError: it has more.
        OSError: as :func:`open_regular`.
    """
    with open_regular(path) as stream:
        is_large = os.fstat(stream.fileno()).st_size > limit
        data = b"" if is_large else stream.read(limit + 1)
    if is_large or len(data) > limit:
        raise TooLargeError(errno.EFBIG, f"larger than {limit:,} bytes", os.fspath(path))
    return data


def _check(status: os.stat_result, path: str | os.PathLike[str]) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
    if not stat.S_ISREG(status.st_mode):
        raise NotRegularError(errno.EINVAL, "no regular file", os.fspath(path))
