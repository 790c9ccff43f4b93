"""PNG files of kinds that Pillow cannot write, made by hand."""

from __future__ import annotations

import struct
import zlib


def make_png(width: int, height: int, *, bits: int, colours: int) -> bytes:
    """A black PNG with 1 (grey) or 3 (RGB) ``colours`` of ``bits`` each."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    row = bytes(1 + (width * colours * bits + 7) // 8)
    header = struct.pack(">IIBBBBB", width, height, bits, {1: 0, 3: 2}[colours], 0, 0, 0)
    data = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(row * height)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data
