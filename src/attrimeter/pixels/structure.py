"""What an image file says of itself before a decoder sees it: its checksums, and how long it would take.

Pillow checks no checksum of a PNG's pixels and does not miss rows at their end; a JPEG of some megabytes may
ask for millions of passes over the picture, and either may hold metadata that is read for minutes. A JPEG has
no checksums: what is damaged within its scans and still decodes cannot be told.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Any

MAX_SEGMENTS = 1_000
"""How many chunks or segments of metadata are read; most pictures have some ten, large ones some hundred."""

MAX_METADATA = 16 * 1024 * 1024
"""How many bytes of metadata are read."""

MAX_SCANS = 100
"""How many passes over its picture a JPEG may need; progressive ones have some ten."""

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
_MUCH_METADATA = f"it has more than {MAX_SEGMENTS:,} pieces or {MAX_METADATA:,} bytes of metadata"
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by the colour type of a PNG
_WHOLE = ((0, 0, 1, 1),)
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_START_OF_SCAN, _END_OF_IMAGE, _FILL = 0xDA, 0xD9, 0xFF
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7]")
_VAST = 2**28  # what needs more is refused for its size
_BLOCK = 2**20


def find_structural_fault(content: bytes) -> str | None:
    """What is wrong with the chunks of a PNG or the segments of a JPEG, in words; None for all else."""
    if content.startswith(_PNG):
        return _find_png_fault(content)
    if content.startswith(_JPEG):
        return _find_jpeg_fault(content)
    return None


def _find_png_fault(content: bytes) -> str | None:
    stored = pieces = metadata = 0
    needed: int | None = None
    inflate = zlib.decompressobj()
    for kind, body, is_sound in _walk_png(content):
        if not is_sound:
            return f"the checksum of its {kind.decode('ascii', 'replace')!r} is wrong"
        if kind == b"IHDR":
            needed = _png_length(bytes(body))
        if needed is None:
            break
        if kind == b"IDAT":
            stored += _inflated_length(inflate, body, needed - stored)
        else:
            pieces, metadata = pieces + 1, metadata + len(body)
        if pieces > MAX_SEGMENTS or metadata > MAX_METADATA:
            return _MUCH_METADATA
    if needed is None:
        return "it does not begin with its header"
    return f"it holds {stored:,} of {needed:,} bytes of pixels" if stored < needed else None


def _walk_png(content: bytes) -> Iterator[tuple[bytes, memoryview, bool]]:
    """Kind and body of the chunks that are there whole, and whether the checksum of each is right."""
    view, at = memoryview(content), len(_PNG)
    while (end := at + 8 + int.from_bytes(view[at : at + 4])) + 4 <= len(content):
        kind = bytes(view[at + 4 : at + 8])
        yield kind, view[at + 8 : end], zlib.crc32(view[at + 4 : end]) == int.from_bytes(view[end : end + 4])
        if kind == b"IEND":
            return
        at = end + 4


def _png_length(header: bytes) -> int:
    """How many bytes the pixels need, each row with its filter; 0 where that cannot be told, or is vast."""
    if len(header) != 13 or header[9] not in _SAMPLES:
        return 0
    width, height = int.from_bytes(header[:4]), int.from_bytes(header[4:8])
    bits = header[8] * _SAMPLES[header[9]]
    length = 0
    for left, top, right, down in _ADAM7 if header[12] else _WHOLE:
        columns, rows = -((left - width) // right), -((top - height) // down)
        if columns > 0 and rows > 0:
            length += rows * (1 + (columns * bits + 7) // 8)
    return length if length <= _VAST else 0


def _inflated_length(inflate: Any, body: bytes | memoryview, enough: int) -> int:
    """How many more bytes ``body`` unpacks to, counted up to ``enough``."""
    length = 0
    try:
        while body and length < enough and not inflate.eof:
            length += len(inflate.decompress(body, _BLOCK))
            body = inflate.unconsumed_tail
    except zlib.error:  # the decoder will meet it too
        return enough
    return length


def _find_jpeg_fault(content: bytes) -> str | None:
    pieces = scans = 0
    for marker, at in _walk_jpeg(content):
        is_scan = marker == _START_OF_SCAN
        pieces, scans = pieces + (not is_scan), scans + is_scan
        if scans > MAX_SCANS:
            return f"it needs more than {MAX_SCANS} passes over the picture"
        if pieces > MAX_SEGMENTS or (scans == 0 and at > MAX_METADATA):
            return _MUCH_METADATA
    return None


def _walk_jpeg(content: bytes) -> Iterator[tuple[int, int]]:
    """The markers up to the end of the first picture and where they stand, without those within a scan."""
    at = 2
    while (at := content.find(b"\xff", at)) >= 0 and at + 1 < len(content):
        marker = content[at + 1]
        yield marker, at
        if marker == _END_OF_IMAGE:
            return
        at += 1 if marker == _FILL else 2 + int.from_bytes(content[at + 2 : at + 4])
        if marker == _START_OF_SCAN:
            found = _AFTER_SCAN.search(content, at)
            if found is None:
                return
            at = found.start()
