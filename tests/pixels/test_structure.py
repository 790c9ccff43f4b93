from __future__ import annotations

import struct
import zlib

import pytest

from attrimeter.pixels.structure import MAX_SCANS, MAX_SEGMENTS, find_structural_fault
from pixels.picture_bytes import interlaced_png, join_png, pixels, save, split_png
from pixels.picture_files import READ, REFUSED, whole_file


@pytest.mark.parametrize("kind", sorted({*READ, *REFUSED}))
def test_whole_files_have_no_fault(kind: str) -> None:
    assert find_structural_fault(whole_file(kind)) is None


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xd8", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"BM", b"\xff" * 9]
)
def test_hardly_anything_is_left_to_the_decoder(content: bytes) -> None:
    is_png = content.startswith(b"\x89PNG")
    assert find_structural_fault(content) == ("it does not begin with its header" if is_png else None)


def test_every_damaged_byte_of_a_png_is_told() -> None:
    """All but its first eight bytes, which make it a PNG, and what is cut behind its pixels."""
    whole = save(pixels(), "PNG")
    for at in range(8, len(whole)):
        damaged = bytearray(whole)
        damaged[at] ^= 0x40
        fault = find_structural_fault(bytes(damaged))
        in_the_end = at >= len(whole) - 12
        assert fault is not None or in_the_end, at


@pytest.mark.parametrize("make", [interlaced_png, lambda: save(pixels(), "PNG")])
def test_missing_rows_of_a_png_are_told(make: object) -> None:
    chunks = split_png(make())  # type: ignore[operator]
    header, rows = chunks[0], zlib.decompress(chunks[1][1])
    for held in (0, len(rows) // 2, len(rows) - 1):
        content = join_png([header, (b"IDAT", zlib.compress(rows[:held])), (b"IEND", b"")])
        assert find_structural_fault(content) == f"it holds {held} of {len(rows)} bytes of pixels"
    longer = join_png([header, (b"IDAT", zlib.compress(rows + bytes(2**24))), (b"IEND", b"")])
    assert find_structural_fault(longer) is None


def test_much_metadata_is_told() -> None:
    head, *rest = split_png(save(pixels(), "PNG"))
    jpeg = save(pixels(), "JPEG")
    segment = struct.pack(">HH", 0xFFE1, 60_000) + bytes(59_998)
    for content in (
        join_png([head, *[(b"tEXt", b"a\0b")] * (MAX_SEGMENTS + 1), *rest]),
        join_png([head, *[(b"tEXt", bytes(2**20))] * 17, *rest]),
        jpeg[:2] + b"\xff\xe5\0\2" * (MAX_SEGMENTS + 1) + jpeg[2:],
        jpeg[:2] + b"\xff" * 2000 + jpeg[2:],
        jpeg[:2] + segment * 300 + jpeg[2:],
    ):
        assert "metadata" in str(find_structural_fault(content))


def test_many_passes_over_a_picture_are_told() -> None:
    whole = save(pixels(), "JPEG", progressive=True)
    last = whole[whole.rfind(b"\xff\xda") : -2]
    passes = whole.count(b"\xff\xda")
    most = whole[:-2] + last * (MAX_SCANS - passes) + b"\xff\xd9"
    assert find_structural_fault(most) is None
    more = most[:-2] + last + b"\xff\xd9"
    assert find_structural_fault(more) == "it needs more than 100 passes over the picture"
    assert find_structural_fault(whole + last * MAX_SCANS) is None, "behind the end of the picture"
