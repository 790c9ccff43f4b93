"""What is in use stays: of this process, of another one, as long as either lives."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from attrimeter.storage.in_use import (
    LISTS,
    names_in_use,
    take_away,
    take_away_empty,
    use_while_alive,
    using,
)

USER = """
import sys, time
from pathlib import Path
from attrimeter.storage.in_use import using
with using(Path(sys.argv[1]), "a/one"), using(Path(sys.argv[1]), "b"):
    print("used", flush=True)
    time.sleep(600)
"""


def lists(root: Path) -> list[str]:
    return [path.name for path in (root / LISTS).iterdir() if path.name != "guard"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "a" / "one").mkdir(parents=True)
    (tmp_path / "a" / "one" / "file").write_bytes(b"1")
    (tmp_path / "a" / "two.npz").write_bytes(b"2")
    (tmp_path / "a" / "link").symlink_to(tmp_path / "b")
    (tmp_path / "b").write_bytes(b"3")
    return tmp_path


def test_what_is_in_use_stays_and_the_rest_goes(root: Path) -> None:
    names = ["a/one", "a/two.npz", "a/link", "b", "a/nothing"]
    with using(root, "a/one"), using(root, "a/one"):
        with using(root, "b"):
            assert names_in_use(root) == {"a/one", "b"}
            assert take_away(root, names) == ["a/two.npz", "a/link"]
        assert take_away(root, names) == ["b"]
        assert (root / "a" / "one" / "file").is_file()
    assert names_in_use(root) == set() and lists(root) == []
    assert take_away(root, names) == ["a/one"]
    assert sorted(path.name for path in root.iterdir()) == [LISTS, "a"] and not any((root / "a").iterdir())


def test_another_process_is_heard_until_it_dies(root: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", USER, str(root)], stdout=subprocess.PIPE) as user:
        assert user.stdout is not None and user.stdout.readline() == b"used\n"
        assert names_in_use(root) == {"a/one", "b"} and take_away(root, ["a/one", "b"]) == []
        with using(root, "a/two.npz"):
            assert names_in_use(root) == {"a/one", "a/two.npz", "b"}
        user.send_signal(signal.SIGKILL)
    assert len(lists(root)) == 1
    assert names_in_use(root) == set() and lists(root) == []


def test_an_array_is_in_use_as_long_as_a_view_of_it_lives(root: Path) -> None:
    file = root / "a" / "one" / "x.npy"
    np.save(file, np.arange(6))
    array = np.load(file, mmap_mode="r")
    use_while_alive(array, root, "a/one")
    view = array[2:]
    del array
    gc.collect()
    assert names_in_use(root) == {"a/one"}
    del view
    gc.collect()
    assert names_in_use(root) == set() and take_away(root, ["a/one"]) == ["a/one"]


def test_threads_use_and_take_away_at_once(root: Path) -> None:
    """Nothing that a thread uses is gone within its block."""
    missing: list[str] = []

    def use(number: int) -> None:
        for turn in range(20):
            name = f"{number}-{turn}"
            with using(root, name):
                (root / name).write_bytes(b"x")
                if not (root / name).is_file():
                    missing.append(name)

    def clear() -> None:
        for _ in range(20):
            take_away(root, [path.name for path in root.glob("*-*")])

    threads = [threading.Thread(target=use, args=(number,)) for number in range(3)]
    threads += [threading.Thread(target=clear) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert missing == []
    left = sorted(path.name for path in root.glob("*-*"))
    assert sorted(take_away(root, left)) == left and names_in_use(root) == set()


def test_a_folder_goes_when_it_is_empty_and_unused(root: Path) -> None:
    assert not take_away_empty(root, "a", but=["one"])
    take_away(root, ["a/one", "a/link"])
    with using(root, "a"):
        assert not take_away_empty(root, "a", but=["two.npz"])
    assert (root / "a" / "two.npz").is_file()
    assert take_away_empty(root, "a", but=["two.npz", "not there"]) and not (root / "a").exists()
    assert not take_away_empty(root, "a") and not take_away_empty(root, "b")


def test_a_folder_that_is_not_there_has_nothing_in_use_and_is_not_made(tmp_path: Path) -> None:
    assert names_in_use(tmp_path / "none") == set() and take_away(tmp_path / "none", ["a"]) == []
    assert not (tmp_path / "none").exists()


def test_whatever_lies_among_the_lists_stops_nothing(root: Path) -> None:
    with using(root, "b"):
        (root / LISTS / "folder").mkdir()
        (root / LISTS / "link").symlink_to("/dev/zero")
        os.mkfifo(root / LISTS / "pipe")
        (root / LISTS / "1-dead").write_bytes(b"a/one\n\xff\n")
        assert names_in_use(root) == {"b"}
        assert not (root / LISTS / "1-dead").exists()
