"""Shelves: found again, shared with nobody, their entries in use while they are open."""

from __future__ import annotations

import gc
import json
import os
from pathlib import Path

import numpy as np
import pytest

from attrimeter.caching.shelf import Shelf, claim_shelf, read_shelf
from attrimeter.errors import StorageError
from attrimeter.storage.in_use import names_in_use
from attrimeter.targets import Target
from targets.own_modules import SmallNet
from targets.test_identity import Engine, changed_gain, target_of

LAYOUT = {"a": ("<i8", ("n",)), "b": ("<f4", ("n",))}
ARRAYS = {"a": np.arange(3), "b": np.ones(3, dtype=np.float32)}


@pytest.fixture(scope="module")
def target() -> Target:
    return target_of(SmallNet())


@pytest.fixture
def shelf(target: Target, tmp_path: Path) -> Shelf:
    return claim_shelf(tmp_path, "things", what="thing", target=target)


def test_shelves_are_found_again_and_shared_with_nobody(tmp_path: Path) -> None:
    first, second = target_of(Engine()), changed_gain()
    plain = claim_shelf(tmp_path, "maps", what="map", target=first)
    (plain.folder / "entry-1").mkdir()
    other = claim_shelf(tmp_path, "maps", what="map", target=second)
    assert plain.name == f"maps-{first.fingerprint[:20]}" and other.name == f"{plain.name}-2"
    assert claim_shelf(tmp_path, "maps", what="map", target=target_of(Engine())) == plain
    assert claim_shelf(tmp_path, "maps", what="map", target=second) == other
    assert claim_shelf(tmp_path, "mirrored-maps", what="map", target=first).name not in (
        plain.name,
        other.name,
    )
    for damage in ("{", "[]", "[" * 100_000, "{}"):
        (plain.folder / "shelf.json").write_text(damage)
        assert claim_shelf(tmp_path, "maps", what="map", target=first).name == f"{plain.name}-3"


def test_it_says_what_it_keeps(target: Target, shelf: Shelf, tmp_path: Path) -> None:
    assert read_shelf(shelf.folder) == json.loads((shelf.folder / "shelf.json").read_text())
    described = read_shelf(shelf.folder)
    assert described is not None and described["kind"] == "things"
    assert described["target"]["name"] == "SmallNet"
    assert described["target"]["fingerprint"] == target.fingerprint
    free = claim_shelf(tmp_path, "renders", what="render", of="abc-0")
    assert free.name == "renders-abc-0" and read_shelf(free.folder) == {
        "version": 1, "kind": "renders", "of": "abc-0", "target": None
    }  # fmt: skip
    assert claim_shelf(tmp_path, "renders", what="render", of="abc-1").name == "renders-abc-1"
    with pytest.raises(FileNotFoundError):
        read_shelf(tmp_path)


@pytest.mark.parametrize(
    "change", [{"version": 0}, {"kind": 3}, {"of": None}, {"target": 3}, {"target": {"name": "x"}}]
)
def test_a_description_that_cannot_be_is_none(shelf: Shelf, change: dict[str, object]) -> None:
    described = json.loads((shelf.folder / "shelf.json").read_text())
    (shelf.folder / "shelf.json").write_text(json.dumps(described | change))
    assert read_shelf(shelf.folder) is None


def test_open_arrays_are_in_use_and_reading_is_noted(shelf: Shelf) -> None:
    entry, name = shelf.path("entry-1"), f"{shelf.name}/entry-1"
    written = shelf.write_arrays("entry-1", ARRAYS, LAYOUT, about={"x": 1})
    assert names_in_use(shelf.root) == {shelf.name, name} and shelf.entries() == ["entry-1"]
    del written
    gc.collect()
    assert names_in_use(shelf.root) == {shelf.name}
    os.utime(entry, (1, 1))
    opened = shelf.open_arrays("entry-1", LAYOUT, about={"x": 1}, mapped=["a"])
    assert np.array_equal(opened["a"], ARRAYS["a"]) and np.array_equal(opened["b"], ARRAYS["b"])
    assert entry.stat().st_mtime > 1 and shelf.read_about("entry-1") == {"x": 1}
    assert names_in_use(shelf.root) == {shelf.name, name}
    del opened["a"]
    gc.collect()
    assert names_in_use(shelf.root) == {shelf.name}


def test_an_archive_is_read_under_its_key_alone(shelf: Shelf) -> None:
    file = shelf.path("entry-1.npz")
    assert shelf.read_archive("entry-1.npz", LAYOUT, key="k") is None
    shelf.write_archive("entry-1.npz", ARRAYS, key="k", compressed=True)
    os.utime(file, (1, 1))
    read = shelf.read_archive("entry-1.npz", LAYOUT, key="k")
    assert read is not None and np.array_equal(read["a"], ARRAYS["a"]) and file.stat().st_mtime > 1
    assert shelf.read_archive("entry-1.npz", LAYOUT, key="another") is None
    assert not file.exists()


def test_a_damaged_entry_is_dropped_with_a_line_and_one_that_is_gone_without(
    shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    shelf.write_archive("entry-1.npz", ARRAYS, key="k")
    shelf.drop_damaged({"entry-1.npz": "so it is", "entry-2": "gone"})
    assert shelf.entries() == [] and "The thing" in caplog.text and "so it is" in caplog.text
    assert "more" not in caplog.text
    caplog.clear()
    shelf.drop_damaged({"entry-2": "gone"})
    assert caplog.text == ""


def test_a_disk_that_keeps_nothing_is_told(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("attrimeter.caching.shelf.write_arrays", lambda *_, **__: None)
    with pytest.raises(StorageError, match="does not keep what is written"):
        shelf.write_arrays("entry-1", ARRAYS, LAYOUT, about={})


def test_what_is_no_entry_is_none(shelf: Shelf) -> None:
    for name in ("notes.txt", ".entry-1.part", "entry-A", "entry-"):
        (shelf.folder / name).write_bytes(b"x")
    assert shelf.entries() == []
