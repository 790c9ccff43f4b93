from __future__ import annotations

import pytest

from attrimeter.cli.lookalikes import LOOKALIKES

TEXT = "█▏▶◀→ “a” – … é ² ≤ ± 图 ─│ \U0001f469"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "cp437", "cp932", "koi8-r", "utf-8"])
def test_one_character_stands_for_one(encoding: str) -> None:
    written = TEXT.encode(encoding, LOOKALIKES).decode(encoding)
    assert len(written) == len(TEXT)
    for letter, shown in zip(TEXT, written, strict=True):
        try:
            letter.encode(encoding)
            assert shown == letter
        except UnicodeEncodeError:
            assert shown.isascii() and shown.isprintable()


def test_what_looks_most_like_it() -> None:
    assert TEXT.encode("ascii", LOOKALIKES) == b'##><> "a" - . e 2 < ? ? -| ?'


def test_only_writing_is_helped() -> None:
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("utf-8", LOOKALIKES)
