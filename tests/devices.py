"""Devices of the tests' own: never those of the machine, which a faulty write would destroy."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

NULL, FULL = (1, 3), (1, 7)


def make_device(path: Path, numbers: tuple[int, int]) -> Path:
    """A private character device, or a skipped test where none can be made and opened."""
    try:
        os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(*numbers))
        os.close(os.open(path, os.O_WRONLY))
    except OSError as error:
        pytest.skip(f"no device can be made here: {error}")
    return path
