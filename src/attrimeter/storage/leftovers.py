"""What a process that died left behind: temporary files and folders under names that only this room gives."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path

from attrimeter.storage.holding import CAN_HOLD, hold

_KEPT = 40  # characters of the name in the temporary one, which must not become too long
_LEFTOVER = re.compile(r"^\..*\.[0-9a-f]{16}\.part$", re.DOTALL)
_OLD = 24 * 3600.0  # seconds after which a leftover is one, where no lock tells


def temporary_beside(path: Path) -> Path:
    """A new name in the folder of ``path`` for what will take its place."""
    return path.parent / f".{path.name[:_KEPT]}.{secrets.token_hex(8)}.part"


def sweep_leftovers(folder: str | os.PathLike[str]) -> int:
    """Remove the temporary files and folders directly in ``folder`` whose writers are dead.

    What is being written at this moment, by any process, is left alone.

    Returns:
        How many were removed; 0 where there is no such folder.
    """
    removed = 0
    with suppress(OSError):
        for entry in os.scandir(folder):
            if _LEFTOVER.match(entry.name):
                removed += _remove_dead(Path(entry.path))
    return removed


def remove(path: Path) -> None:
    """Take away a file, a link, or a folder with all in it, as far as that can be done."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def _remove_dead(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return False
    try:
        if not (hold(descriptor, wait=False) if CAN_HOLD else _is_old(path)):
            return False
        remove(path)
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)


def _is_old(path: Path) -> bool:
    return time.time() - path.stat().st_mtime > _OLD
