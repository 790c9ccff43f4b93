"""Locks on open files and folders that end with the process that holds them, however it ends."""

from __future__ import annotations

import os
from pathlib import Path

try:
    import fcntl
except ImportError:  # a system without such locks: nothing is held, and leftovers are told by their age
    fcntl = None  # type: ignore[assignment]

CAN_HOLD = fcntl is not None
"""Whether this system has locks that die with their process."""


def hold(descriptor: int, *, wait: bool) -> bool:
    """Lock what ``descriptor`` has open until it is closed or the process ends.

    Args:
        descriptor: of an open file or folder.
        wait: until whoever holds it lets go; else answer at once.

    Returns:
        Whether it is held now; True, without a lock, where the system has none.

    Raises:
        OSError: the file system keeps no locks.
    """
    if fcntl is None:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def is_at(path: str | os.PathLike[str], descriptor: int) -> bool:
    """Whether what ``descriptor`` has open still stands under this name."""
    try:
        return os.path.samestat(Path(path).stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def sync_folder(path: str | os.PathLike[str]) -> None:
    """Flush a folder's list of names to disk, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
