"""JSON is read strictly, and what is wrong is said shortly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from attrimeter.storage import parse_json, read_json

REFUSED = {
    b"{": "not JSON in line 1",
    b"[1,\n 2": "not JSON in line 2",
    b"\xff\xfe": "not UTF-8",
    b'{"a": 1, "b": {"c": 1, "c": 2}}': "a key twice",
    b"[NaN]": "NaN",
    b"[-Infinity]": "Infinity",
    b"[1e999]": "too large",
    b'["\\ud800"]': "half a character",
    b'{"\\udfff": 1}': "half a character",
    b"[" * 100_000: "too deeply",
    b"[" * 100_000 + b"]" * 100_000: "too deeply",
    b"9" * 10_000: "too large",
    b"": "not JSON",
}


@pytest.mark.parametrize("text", sorted(REFUSED))
def test_what_is_no_plain_json_is_refused_shortly(text: bytes) -> None:
    with pytest.raises(ValueError, match=REFUSED[text]) as caught:
        parse_json(text)
    assert len(str(caught.value)) < 200


def test_what_was_written_comes_back(tmp_path: Path) -> None:
    value = {"a": [1, 2.5, None, True], "ü": {"nested": "𝄞 \\ \n"}}
    for ascii_only in (True, False):
        (tmp_path / "a.json").write_text(json.dumps(value, ensure_ascii=ascii_only), encoding="utf-8")
        assert read_json(tmp_path / "a.json") == value


def test_a_file_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('"' + "a" * 100 + '"')
    assert len(read_json(tmp_path / "a.json", limit=102)) == 100
    with pytest.raises(OSError, match="larger than 101"):
        read_json(tmp_path / "a.json", limit=101)
