"""One writer a folder: a lock that ends with the process that holds it."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from attrimeter.errors import StorageError
from attrimeter.storage.holding import hold, is_at
from attrimeter.storage.leftovers import sweep_leftovers
from attrimeter.storage.places import named_place

LOCK = ".lock"
_mine: set[tuple[str, int]] = set()
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL}


@contextmanager
def lock_folder(folder: str | os.PathLike[str], purpose: str) -> Iterator[None]:
    """Be the only one that writes ``folder`` (made if missing) while the ``with`` block runs.

    What dead writers left behind in it is swept away. At the end the lock's file is removed, and so is a
    folder that was made for it and is still empty. Who already holds the folder may ask again: a walk within
    a walk goes on. Where the file system keeps no locks there is none.

    Args:
        purpose: what is being done, for whoever comes second: "an interpreter is being fitted".

    Raises:
        StorageError: another process or thread holds it, or the folder cannot be made or locked.
    """
    place = named_place(folder)
    mine = (os.path.realpath(place), threading.get_ident())
    if mine in _mine:
        yield
        return
    is_new = not place.exists()
    try:
        descriptor = _take(place)
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{purpose} (process {os.getpid()})".encode(), 0)
        except OSError:
            os.close(descriptor)
            raise
    except OSError as error:
        raise StorageError(f"Could not write to {place}: {error.strerror or error}.") from error
    try:
        _mine.add(mine)
        sweep_leftovers(place)
        yield
    finally:
        _mine.discard(mine)
        with suppress(OSError):
            (place / LOCK).unlink()
        os.close(descriptor)
        if is_new:
            with suppress(OSError):
                place.rmdir()


def _take(place: Path) -> int:
    """The lock's open file, held, under its name. Raises StorageError where another holds it, or OSError."""
    while True:
        place.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(place / LOCK, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
        except FileNotFoundError:  # who held the folder removed it at this moment
            continue
        try:
            if not _held(descriptor):
                other = os.pread(descriptor, 200, 0).decode("utf-8", "replace") or "another process writes it"
                raise StorageError(
                    f"The folder {place} is in use: {other}. Wait until it is done, or choose another folder."
                )
            if is_at(place / LOCK, descriptor):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # who held it removed it at this moment


def _held(descriptor: int) -> bool:
    try:
        return hold(descriptor, wait=False)
    except OSError as error:
        if error.errno in _NO_LOCKS:
            return True
        raise
