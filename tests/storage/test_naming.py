from __future__ import annotations

import os
from pathlib import Path

import pytest

from attrimeter.storage import path_to_text, plainly_named, text_to_path


def test_a_name_in_unicode_is_left_alone(tmp_path: Path) -> None:
    with plainly_named(tmp_path / "größe") as place:
        assert place == tmp_path / "größe"


@pytest.mark.skipif(os.name != "posix", reason="file names are bytes on POSIX alone")
def test_a_name_in_other_bytes_gets_a_link_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path(os.fsdecode(b"ds\xe9"))
    path.write_text("text")
    with plainly_named(path) as place:
        str(place).encode("utf-8")
        assert place.read_text() == "text"
    assert not place.is_symlink() and path.read_text() == "text"


@pytest.mark.parametrize("name", [b"/a/plain name", "/größe".encode(), b"/ds\xe9/a%41 b\n#?.pth"])
def test_a_path_survives_a_json_file(name: bytes) -> None:
    path = Path(os.fsdecode(name))
    text = path_to_text(path)
    text.encode("utf-8")
    assert text_to_path(text) == path
    assert (text == str(path)) is (b"\xe9" not in name)
