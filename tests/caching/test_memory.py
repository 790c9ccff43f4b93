"""Freed memory really goes back, where the C library can be asked."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import pytest

from attrimeter.caching.memory import release_free_memory


def resident_kilobytes() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux can be asked")
def test_holes_are_given_back() -> None:
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "malloc_trim"):
        pytest.skip("this C library has no malloc_trim")
    libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
    size = 100_000
    blocks = [libc.malloc(size) for _ in range(2000)]
    for block in blocks:
        ctypes.memset(block, 1, size)
    full = resident_kilobytes()
    for number, block in enumerate(blocks):
        if number % 100:
            libc.free(block)
    release_free_memory()
    assert resident_kilobytes() < full - 100_000
    for block in blocks[::100]:
        libc.free(block)
