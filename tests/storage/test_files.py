from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from attrimeter.errors import StorageError
from attrimeter.storage import replace_file, write_bytes, write_json, write_text


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_writes_what_is_given_and_makes_folders(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "c.bin"
    write_bytes(path, b"\x00\xff\r\n")
    assert path.read_bytes() == b"\x00\xff\r\n"
    assert names(path.parent) == ["c.bin"]


def test_text_is_utf8_with_its_line_ends(tmp_path: Path) -> None:
    write_text(tmp_path / "a.txt", "größer\n")
    assert (tmp_path / "a.txt").read_bytes() == "größer\n".encode()


def test_json_is_strict(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"name": "größer", "values": [1, 0.5, None]})
    text = (tmp_path / "a.json").read_text(encoding="utf-8")
    assert json.loads(text) == {"name": "größer", "values": [1, 0.5, None]}
    assert "größer" in text and text.endswith("}\n")
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "a.json", {"value": float("nan")})
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == text


def test_old_file_stays_until_the_new_one_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_text(path, "old")
    with replace_file(path) as stream:
        stream.write(b"new")
        stream.flush()
        assert path.read_text() == "old"
    assert path.read_text() == "new"


@pytest.mark.parametrize("fault", [RuntimeError("stop"), KeyboardInterrupt()])
def test_interrupted_writing_leaves_no_trace(tmp_path: Path, fault: BaseException) -> None:
    path = tmp_path / "a.txt"
    write_text(path, "old")
    with pytest.raises(type(fault)), replace_file(path) as stream:
        stream.write(b"half of the n")
        raise fault
    assert path.read_text() == "old" and names(tmp_path) == ["a.txt"]


def test_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    write_text(path, "old")

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(StorageError, match=r"Could not write .*a\.txt: No space left on device\. Free"):
        write_text(path, "new")
    assert path.read_text() == "old" and names(tmp_path) == ["a.txt"]


def test_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="Could not write"):
        write_text(tmp_path / "file" / "a.txt", "text")
    (tmp_path / "folder").mkdir()
    with pytest.raises(StorageError, match="Could not write"):
        write_text(tmp_path / "folder", "text")
    assert names(tmp_path) == ["file", "folder"]
    with pytest.raises(StorageError, match="Could not write"):
        write_text("/", "text")


def test_other_errors_of_the_block_keep_their_type(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), replace_file(tmp_path / "a.txt"):
        raise ZeroDivisionError
    assert names(tmp_path) == []


def test_longest_name_a_file_system_allows(tmp_path: Path) -> None:
    longest = ["x" * 251 + ".txt", "ä" * 125 + ".txt"]
    for name in longest:
        write_text(tmp_path / name, "text")
    assert names(tmp_path) == longest


@pytest.mark.skipif(os.name != "posix", reason="permission bits are POSIX")
def test_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("")
    write_text(tmp_path / "ours", "")
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("plain", "ours")]
    assert modes[0] == modes[1]
