"""One writer a folder: a lock that ends with the process that holds it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrimeter.errors import StorageError
from attrimeter.storage.holding import hold

LOCK = ".lock"
_mine: set[tuple[str, int]] = set()


@contextmanager
def lock_folder(folder: str | os.PathLike[str], purpose: str) -> Iterator[None]:
    """Be the only one that writes ``folder`` (made if missing) while the ``with`` block runs.

    Who already holds it may ask again: a walk within a walk goes on.

    Args:
        purpose: what is being done, for whoever comes second: "fitting an interpreter".

    Raises:
        StorageError: another process or thread holds it, or the folder cannot be made or locked.
    """
    place = Path(folder)
    mine = (os.path.realpath(place), threading.get_ident())
    if mine in _mine:
        yield
        return
    try:
        place.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(place / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise StorageError(f"Could not write to {place}: {error.strerror or error}.") from error
    try:
        _take(descriptor, place)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{purpose} (process {os.getpid()})".encode(), 0)
        _mine.add(mine)
        yield
    finally:
        _mine.discard(mine)
        os.close(descriptor)


def _take(descriptor: int, place: Path) -> None:
    try:
        held = hold(descriptor, wait=False)
    except OSError as error:
        raise StorageError(f"The folder {place} cannot be locked: {error.strerror or error}.") from error
    if not held:
        other = os.pread(descriptor, 200, 0).decode("utf-8", "replace") or "another process"
        raise StorageError(
            f"The folder {place} is in use: {other}. Wait until it is done, or choose another folder."
        )
