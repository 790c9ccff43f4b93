"""Derived arrays on disk: back as they went, or refused for a reason, never believed when damaged."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import numpy as np
import pytest

from attrimeter.storage import arrays
from attrimeter.storage.arrays import (
    DamagedError,
    Layout,
    drop_damaged,
    open_arrays,
    read_about,
    read_archive,
    write_archive,
    write_arrays,
)

LAYOUT: Layout = {"a": ("<f4", ("n", 3)), "b": ("<i8", ("n",)), "names": ("U", ("n",))}
VALUES = {
    "a": np.arange(12, dtype=np.float32).reshape(4, 3),
    "b": np.arange(4),
    "names": np.array(["one", "two", "three", "four"]),
}
ABOUT = {"target": "x", "shard": 1}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_arrays(tmp_path / "shard", VALUES, about=ABOUT)
    return tmp_path / "shard"


def settle(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the folder had been opened some time after it was written."""
    now = time.time_ns()
    monkeypatch.setattr(arrays.time, "time_ns", lambda: now + 10**10)
    open_arrays(folder, LAYOUT, about=ABOUT)
    assert (folder / "checked.json").is_file()


@pytest.mark.parametrize("mapped", [True, False, ("a",)])
def test_arrays_come_back(folder: Path, mapped: bool | tuple[str, ...]) -> None:
    found = open_arrays(folder, LAYOUT, about=ABOUT, mapped=mapped)
    assert found.keys() == VALUES.keys() and read_about(folder) == ABOUT
    for name, values in VALUES.items():
        np.testing.assert_array_equal(found[name], values)
    assert isinstance(found["a"], np.memmap) is (mapped is not False)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def flip_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    status = path.stat()
    with path.open("r+b") as stream:
        stream.write(data)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))  # the time of change is set back


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def swap(path: Path) -> None:
    other = path.with_name("b.npy" if path.name == "a.npy" else "a.npy")
    data = path.read_bytes()
    path.write_bytes(other.read_bytes())
    other.write_bytes(data)


def dangle(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.with_name("nowhere"))


def loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def make_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "cut": cut,
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"x"),
    "empty": lambda path: path.write_bytes(b""),
    "bit": flip_bit,
    "missing": lambda path: path.unlink(),
    "folder": make_folder,
    "swapped": swap,
    "dangling": dangle,
    "loop": loop,
    "pipe": make_pipe,
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "deep": lambda path: path.write_bytes(b"[" * 100_000),
}
FILES = ("a.npy", "b.npy", "names.npy", "index.json", "whole.json")


@pytest.mark.parametrize("checked", [False, True])
@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", sorted(DAMAGES))
def test_no_damaged_file_is_believed(
    folder: Path, damage: str, name: str, checked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if checked:
        settle(folder, monkeypatch)
    DAMAGES[damage](folder / name)
    with pytest.raises(DamagedError) as caught:
        open_arrays(folder, LAYOUT, about=ABOUT)
    assert 0 < len(str(caught.value)) < 200


@pytest.mark.parametrize("damage", sorted(DAMAGES))
def test_the_note_of_what_was_checked_is_not_believed_either(
    folder: Path, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(folder, monkeypatch)
    DAMAGES[damage](folder / "checked.json")
    if damage != "swapped":
        assert open_arrays(folder, LAYOUT, about=ABOUT)["b"].tolist() == [0, 1, 2, 3]
    flip_bit(folder / "a.npy")
    with pytest.raises(DamagedError):
        open_arrays(folder, LAYOUT, about=ABOUT)


def test_a_file_that_is_not_listed_is_not_believed(folder: Path) -> None:
    listed = json.loads((folder / "whole.json").read_text())
    del listed["a.npy"]
    (folder / "whole.json").write_text(json.dumps(listed))
    flip_bit(folder / "a.npy")
    with pytest.raises(DamagedError, match="not all of its arrays are listed"):
        open_arrays(folder, LAYOUT, about=ABOUT)


def test_digests_are_computed_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(folder, monkeypatch)
    with mock.patch.object(arrays, "check_folder", wraps=arrays.check_folder) as check:
        open_arrays(folder, LAYOUT, about=ABOUT)
        assert check.call_args.kwargs == {"thorough": False}
        os.utime(folder / "b.npy")
        open_arrays(folder, LAYOUT, about=ABOUT)
        assert check.call_args.kwargs == {"thorough": True}
        open_arrays(folder, LAYOUT, about=ABOUT)
        assert check.call_args.kwargs == {"thorough": False}


def test_what_was_just_written_is_not_noted_as_checked(folder: Path) -> None:
    """A file that changes twice within a tick of the clock keeps its time of change."""
    open_arrays(folder, LAYOUT, about=ABOUT)
    assert not (folder / "checked.json").exists()


def test_arrays_of_something_else_or_of_another_shape_are_refused(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(DamagedError, match="something else"):
        open_arrays(folder, LAYOUT, about={**ABOUT, "shard": 2})
    for name, layout in {
        "a": {**LAYOUT, "a": ("<f4", ("n", 4))},
        "b": {**LAYOUT, "b": ("<f4", ("n",))},
        "names": {**LAYOUT, "names": ("U", (4, 1))},
    }.items():
        with pytest.raises(DamagedError, match=f"its {name} is"):
            open_arrays(folder, layout, about=ABOUT)
    write_arrays(folder, {**VALUES, "b": np.arange(5)}, about=ABOUT)
    with pytest.raises(DamagedError, match="its b is int64 of shape"):
        open_arrays(folder, LAYOUT, about=ABOUT)
    with pytest.raises(FileNotFoundError):
        open_arrays(tmp_path / "nowhere", LAYOUT, about=ABOUT)


@pytest.mark.parametrize("compressed", [False, True])
def test_archives_come_back_under_their_key_only(tmp_path: Path, compressed: bool) -> None:
    path = tmp_path / "a.npz"
    with pytest.raises(FileNotFoundError):
        read_archive(path, LAYOUT, key="k")
    write_archive(path, VALUES, key="k", compressed=compressed)
    for name, values in read_archive(path, LAYOUT, key="k").items():
        np.testing.assert_array_equal(values, VALUES[name])
    with pytest.raises(DamagedError, match="something else"):
        read_archive(path, LAYOUT, key="other")
    with pytest.raises(DamagedError, match="its a is"):
        read_archive(path, {**LAYOUT, "a": ("<f4", (1, 3))}, key="k")


@pytest.mark.parametrize("compressed", [False, True])
def test_no_flipped_bit_of_an_archive_is_believed(tmp_path: Path, compressed: bool) -> None:
    """Whatever bit it is: the archive is refused, or gives what was written."""
    path = tmp_path / "a.npz"
    write_archive(path, VALUES, key="k", compressed=compressed)
    whole = path.read_bytes()
    rng, refused = np.random.default_rng(0), 0
    for place in rng.choice(8 * len(whole), 400, replace=False):
        data = bytearray(whole)
        data[place // 8] ^= 1 << place % 8
        path.write_bytes(data)
        try:
            found = read_archive(path, LAYOUT, key="k")
        except DamagedError:
            refused += 1
            continue
        for name, values in VALUES.items():
            np.testing.assert_array_equal(found[name], values)
    assert refused > 200


def test_an_archive_with_pickles_is_refused(tmp_path: Path) -> None:
    write_archive(tmp_path / "a.npz", {**VALUES, "names": VALUES["names"].astype(object)}, key="k")
    with pytest.raises(DamagedError):
        read_archive(tmp_path / "a.npz", LAYOUT, key="k")


def test_what_is_dropped_is_told_in_one_line(
    tmp_path: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_text("x")
    link.symlink_to(tmp_path / "kept")
    (tmp_path / "kept").mkdir()
    with caplog.at_level(logging.WARNING):
        drop_damaged({}, "shard")
        drop_damaged({folder: "it is cut", file: "it is a file", link: "it is a link"}, "shard of maps")
    (line,) = caplog.messages
    assert line == f"The shard of maps {folder} (and 2 more) cannot be used, it is cut; it is made anew."
    assert [entry.name for entry in tmp_path.iterdir()] == ["kept"]
    shutil.rmtree(tmp_path / "kept")


def test_the_line_reaches_whoever_runs_it(tmp_path: Path) -> None:
    """Without any set-up of logging, as in the command line: on the error stream, as it is."""
    code = (
        "from pathlib import Path; from attrimeter.storage.arrays import drop_damaged; "
        "drop_damaged({Path('x'): 'it is cut'}, 'shard of maps')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert ran.stdout == ""
    assert ran.stderr == "The shard of maps x cannot be used, it is cut; it is made anew.\n"
