"""Room in a cache: made before the writing by dropping what was unused for longest, and told in a line."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from attrimeter.caching.content import list_cache
from attrimeter.caching.limit import VARIABLE
from attrimeter.caching.making_room import announce_kept, keep_limit
from attrimeter.errors import SettingsError, StorageError
from attrimeter.storage import disk_space
from attrimeter.storage.in_use import using
from caching.cache_examples import FINGERPRINT, make_cache

MAPS = f"maps-{FINGERPRINT[:20]}"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    make_cache(tmp_path)
    monkeypatch.setattr("attrimeter.caching.limit._UNITS", {"kb": 1})
    return tmp_path


def kept(root: Path) -> list[str]:
    return [entry.name for shelf in list_cache(root).shelves for entry in shelf.entries]


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


@pytest.mark.parametrize(
    ("limit", "coming", "left"),
    [
        ("100kB", 0, 100),
        ("none", 1e6, 100),
        ("100kB", 1, 90),
        ("100kB", 40, 60),
        ("100kB", 41, 30),
        ("60kB", 0, 60),
        ("29kB", 0, 20),
        ("0kB", 0, 0),
        ("100kB", 1000, 0),
    ],
)
def test_the_least_recently_used_make_room(
    root: Path, monkeypatch: pytest.MonkeyPatch, limit: str, coming: float, left: int
) -> None:
    monkeypatch.setenv(VARIABLE, limit)
    announce_kept("The things", root, coming)
    assert list_cache(root).size == left
    keep_limit(root)
    assert list_cache(root).size == left


def test_what_was_dropped_is_told_in_one_line(
    root: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="attrimeter")
    monkeypatch.setenv(VARIABLE, "50kB")
    announce_kept("The things", root, 20, seconds=3, smaller="take fewer")
    told, dropped = said(caplog)
    assert told.startswith("The things take 20 bytes and about 3 seconds in ")
    assert dropped.startswith(f"Dropped 70 bytes from the cache {root}, not used since 1970-01-01 ")
    assert dropped.endswith("to keep its limit of 50 bytes (ATTRIMETER_CACHE_LIMIT).")
    caplog.clear()
    keep_limit(root)
    assert said(caplog) == []


def test_what_one_run_needs_may_exceed_the_limit_and_a_line_says_so(
    root: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="attrimeter")
    monkeypatch.setenv(VARIABLE, "60kB")
    with using(root, f"{MAPS}/entry-1"):
        announce_kept("The things", root, 50)
        assert kept(root) == [f"{MAPS}/entry-1"]
    assert said(caplog)[2:] == [
        f"The cache {root} grows to 80 bytes, beyond its limit of 60 bytes (ATTRIMETER_CACHE_LIMIT), "
        "because this run needs it."
    ]


def test_where_the_disk_is_too_small_nothing_is_dropped(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "50kB")
    monkeypatch.setattr(disk_space, "free_space", lambda _: 100)
    with pytest.raises(StorageError, match="200 bytes are free"):
        announce_kept("The things", root, 1000)
    assert list_cache(root).size == 100
    announce_kept("The things", root, 150)  # which only fits with what is dropped
    assert list_cache(root).size == 0


def test_a_limit_that_is_none_is_refused_before_anything(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "plenty")
    for act in (lambda: announce_kept("The things", root, 1), lambda: keep_limit(root)):
        with pytest.raises(SettingsError, match="ATTRIMETER_CACHE_LIMIT takes a size"):
            act()
    monkeypatch.undo()
    assert list_cache(root).size == 100


USER = """
import sys, time
from pathlib import Path
from attrimeter.storage.in_use import using
with using(Path(sys.argv[1]), sys.argv[2]):
    print("used", flush=True)
    time.sleep(600)
"""


def test_what_another_process_uses_stays_until_it_is_killed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "0kB")
    name = f"{MAPS}/entry-1"
    with subprocess.Popen([sys.executable, "-c", USER, str(root), name], stdout=subprocess.PIPE) as user:
        assert user.stdout is not None and user.stdout.readline() == b"used\n"
        keep_limit(root)
        assert kept(root) == [name]
        user.send_signal(signal.SIGKILL)
    keep_limit(root)
    assert kept(root) == []


DROPPER = """
import sys, time, shutil
from pathlib import Path
from attrimeter.storage import leftovers
def hang(path):
    print("dropping", flush=True)
    time.sleep(600)
leftovers.remove = hang
import attrimeter.storage.in_use as in_use
in_use.remove = hang
from attrimeter.caching.content import clear_cache
clear_cache(sys.argv[1])
"""


def test_what_a_killed_process_was_dropping_is_never_half_there(root: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", DROPPER, str(root)], stdout=subprocess.PIPE) as dropper:
        assert dropper.stdout is not None and dropper.stdout.readline() == b"dropping\n"
        assert kept(root) == []
        dropper.send_signal(signal.SIGKILL)
    assert kept(root) == []
    assert not [path for path in root.rglob("*") if path.name.endswith(".part")]
