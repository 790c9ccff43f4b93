"""What a cache keeps, listed without knowing the kinds; clearing it, and nothing else."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from attrimeter.caching.content import clear_cache, list_cache, list_shelves
from attrimeter.errors import SettingsError
from attrimeter.storage.in_use import LISTS, using
from caching.cache_examples import FINGERPRINT, make_cache, make_entry, make_older, make_shelf

OLD = f"{FINGERPRINT[:20]}-plain"
MAPS = f"maps-{FINGERPRINT[:20]}"
OWN = {
    "notes.txt",
    f"{MAPS}/notes.txt",
    "photos/entry-1.jpg",
    "edits/mine/a.npz",
    f"{OLD}/x",
}
"""Files of somebody who keeps their own things in the folder of a cache."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    make_cache(tmp_path)
    return tmp_path


def files(root: Path) -> set[str]:
    found = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return {path.as_posix() for path in found if LISTS not in path.parts}


def add_own(root: Path) -> None:
    for name in OWN:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("mine")


def test_all_that_is_kept_is_listed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTRIMETER_CACHE_LIMIT", "1MB")
    content = list_cache(root)
    assert content.folder == str(root) and content.limit == 10**6 and content.size == 100
    shown = [(shelf.name, shelf.kind, shelf.target, shelf.size, shelf.used) for shelf in content.shelves]
    begin = FINGERPRINT[:20]
    assert shown == [
        (MAPS, "maps", "net", 50, 300.0),
        ("rendered-edits-x", "rendered-edits", "", 10, 200.0),
        (f"{begin}-plain", "older-version", "", 10, 50.0),
        (f"edit-measures/{begin}-edits-{begin}", "older-version", "", 10, 50.0),
        ("edit-renders/0123456789abcdef-0-50-night", "older-version", "", 10, 50.0),
        (f"edits/{begin}-edit-pairs-2", "older-version", "", 10, 50.0),
    ]
    assert [shelf.fingerprint for shelf in content.shelves[:3]] == [FINGERPRINT, "", begin]
    assert [entry.name for entry in content.shelves[0].entries] == [f"{MAPS}/entry-1", f"{MAPS}/entry-2"]


def test_a_shelf_without_a_description_is_damaged(root: Path) -> None:
    (root / MAPS / "shelf.json").unlink()
    (root / "rendered-edits-x" / "shelf.json").write_text("[]")
    assert [shelf.kind for shelf in list_shelves(root)][:2] == ["damaged", "damaged"]
    assert clear_cache(root, kinds=["damaged"]).size == 60
    assert not (root / MAPS).exists() and not (root / "rendered-edits-x").exists()


def test_an_empty_cache_and_one_that_is_not_there(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        assert list_cache(folder).shelves == () and clear_cache(folder).entries == ()
    assert not (tmp_path / "none").exists()


def test_clearing_all_leaves_what_is_no_entry(root: Path) -> None:
    add_own(root)
    cleared = clear_cache(root)
    assert cleared.size == 100 and len(cleared.entries) == 7 and cleared.in_use == ()
    assert files(root) == OWN | {f"{MAPS}/shelf.json", f"{OLD}/target.json"}
    shutil.rmtree(root / MAPS)
    assert clear_cache(root).entries == ()


def test_nothing_is_left_of_a_cache_that_holds_nothing_else(root: Path) -> None:
    clear_cache(root)
    assert {path.name for path in root.iterdir()} <= {LISTS}


def test_by_age_and_by_kind(root: Path) -> None:
    now = time.time()
    young = make_entry(make_shelf(root, "maps-young") / "entry-9", size=5, used=now - 3600)
    cleared = clear_cache(root, kinds=["maps"], older_than=2 * 3600)
    assert [entry.name for entry in cleared.entries] == [f"{MAPS}/entry-1", f"{MAPS}/entry-2"]
    assert young.is_dir() and (root / "rendered-edits-x" / "entry-1.npz").is_file()
    assert clear_cache(root, older_than=2 * 3600).size == 50
    assert [shelf.name for shelf in list_shelves(root)] == ["maps-young"]
    assert clear_cache(root, older_than=0).size == 5


def test_a_kind_that_is_not_kept_is_told(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(SettingsError, match="keeps no 'pears'; it keeps maps, older-version, rendered-edits"):
        clear_cache(root, kinds=["maps", "pears"])
    with pytest.raises(SettingsError, match="keeps nothing"):
        clear_cache(tmp_path_factory.mktemp("empty"), kinds=["maps"])
    assert list_cache(root).size == 100


def test_what_is_in_use_is_shown_and_stays(root: Path) -> None:
    with using(root, f"{MAPS}/entry-1"), using(root, "rendered-edits-x"):
        assert [shelf.in_use for shelf in list_shelves(root)] == [True, True, False, False, False, False]
        cleared = clear_cache(root)
        assert [entry.name for entry in cleared.in_use] == [f"{MAPS}/entry-1"] and cleared.size == 70
        assert (root / "rendered-edits-x" / "shelf.json").is_file()
    assert clear_cache(root).size == 30 and list_shelves(root) == []


def test_what_dead_writers_left_is_swept(root: Path) -> None:
    left = [root / ".a.0123456789abcdef.part", root / MAPS / ".entry-3.0123456789abcdef.part"]
    for path in left:
        path.mkdir()
    list_cache(root)
    assert not any(path.exists() for path in left)


def test_links_are_taken_away_and_not_what_they_name(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    make_older(elsewhere)
    (root / MAPS / "entry-3").symlink_to(elsewhere)
    (root / "maps-linked").symlink_to(root / MAPS)
    assert list_cache(root).shelves[0].entries[2].size < 1000
    clear_cache(root)
    assert not (root / MAPS).exists() and len(files(elsewhere)) > 3
