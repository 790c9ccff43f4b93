from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
from pathlib import Path

import pytest

from attrimeter.errors import StorageError
from attrimeter.storage import check_folder, replace_folder
from attrimeter.storage.folders import LIST


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write(folder: Path, **files: bytes) -> None:
    with replace_folder(folder) as new:
        for name, data in files.items():
            place = new / name.replace("__", "/")
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(data)


def test_a_folder_appears_whole_with_a_list_of_its_files(tmp_path: Path) -> None:
    place = tmp_path / "a" / "shard"
    with replace_folder(place) as new:
        (new / "data").write_bytes(b"123")
        assert not place.exists()
    assert names(place.parent) == ["shard"] and names(place) == ["data", LIST]
    listed = json.loads((place / LIST).read_text())
    assert listed == {"data": {"size": 3, "sha256": hashlib.sha256(b"123").hexdigest()}}
    assert check_folder(place) is None


def test_an_old_folder_gives_way_with_all_that_was_in_it(tmp_path: Path) -> None:
    write(tmp_path / "shard", old=b"1", both=b"2")
    write(tmp_path / "shard", new=b"3", both=b"4")
    assert names(tmp_path) == ["shard"] and names(tmp_path / "shard") == ["both", "new", LIST]
    assert (tmp_path / "shard" / "both").read_bytes() == b"4"


@pytest.mark.parametrize("fault", [RuntimeError("stop"), KeyboardInterrupt(), OSError(28, "No space left")])
def test_a_broken_off_folder_leaves_no_trace(tmp_path: Path, fault: BaseException) -> None:
    write(tmp_path / "shard", data=b"old")
    raised = StorageError if isinstance(fault, OSError) else type(fault)
    with pytest.raises(raised), replace_folder(tmp_path / "shard") as new:
        (new / "data").write_bytes(b"new")
        raise fault
    assert names(tmp_path) == ["shard"] and (tmp_path / "shard" / "data").read_bytes() == b"old"


def test_a_file_in_the_way_stays(tmp_path: Path) -> None:
    (tmp_path / "shard").write_bytes(b"mine")
    with pytest.raises(StorageError, match="shard"):
        write(tmp_path / "shard", data=b"new")
    assert names(tmp_path) == ["shard"] and (tmp_path / "shard").read_bytes() == b"mine"


DAMAGES = {
    "cut": ("a", lambda place: place.write_bytes(place.read_bytes()[:-1]), "another size"),
    "longer": ("a", lambda place: place.write_bytes(place.read_bytes() + b"x"), "another size"),
    "missing": ("a", lambda place: place.unlink(), "missing"),
    "a folder in its place": ("a", lambda place: (place.unlink(), place.mkdir()), "cannot be read"),
    "a pipe in its place": ("a", lambda place: (place.unlink(), os.mkfifo(place)), "cannot be read"),
    "no list": (LIST, lambda place: place.unlink(), "no whole.json"),
    "a list of nothing": (LIST, lambda place: place.write_bytes(b"[]"), "damaged"),
    "half a list": (LIST, lambda place: place.write_bytes(place.read_bytes()[:-9]), "damaged"),
    "a deep list": (LIST, lambda place: place.write_bytes(b"[" * 100_000), "damaged"),
    "a list of text": (
        LIST,
        lambda place: place.write_bytes(b'{"a": {"size": "x", "sha256": 1}}'),
        "damaged",
    ),
}


@pytest.mark.parametrize("kind", DAMAGES)
@pytest.mark.parametrize("thorough", [True, False])
def test_damage_is_found(tmp_path: Path, kind: str, thorough: bool) -> None:
    write(tmp_path / "shard", a=b"12345", b=b"67", sub__c=b"8")
    name, damage, word = DAMAGES[kind]
    damage(tmp_path / "shard" / name)
    assert word in (check_folder(tmp_path / "shard", thorough=thorough) or "")


@pytest.mark.parametrize("name", ["a", "sub/c"])
def test_every_flipped_bit_is_found_by_a_thorough_look(tmp_path: Path, name: str) -> None:
    write(tmp_path / "shard", a=b"12345", sub__c=b"8")
    place = tmp_path / "shard" / name
    whole = place.read_bytes()
    for bit in range(8 * len(whole)):
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        place.write_bytes(flipped)
        assert check_folder(tmp_path / "shard") == f"{name} has another content"
    place.write_bytes(whole)
    assert check_folder(tmp_path / "shard") is None


def _write_often(place: str, letter: int) -> None:
    for _ in range(40):
        write(Path(place), data=bytes([letter]) * 1000, same=bytes([letter]))


def test_several_writers_leave_one_whole_folder(tmp_path: Path) -> None:
    place = tmp_path / "shard"
    started = [multiprocessing.Process(target=_write_often, args=(str(place), letter)) for letter in (65, 66)]
    for process in started:
        process.start()
    for process in started:
        process.join()
    assert [process.exitcode for process in started] == [0, 0]
    assert names(tmp_path) == ["shard"] and check_folder(place) is None
    assert (place / "data").read_bytes() == (place / "same").read_bytes() * 1000
