"""What is kept in a cache, and clearing it."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from attrimeter.caching.folders import cache_folder
from attrimeter.caching.limit import cache_limit
from attrimeter.caching.older_versions import DESCRIPTION, PARENTS, older_shelves
from attrimeter.caching.shelf import ENTRY, SHELF, read_shelf
from attrimeter.errors import SettingsError
from attrimeter.storage import sweep_leftovers
from attrimeter.storage.in_use import names_in_use, take_away, take_away_empty
from attrimeter.values.cache_content import DAMAGED, OLDER, CacheContent, Cleared, KeptEntry, KeptShelf


def list_cache(
    cache: str | os.PathLike[str] | None = None,
    *,
    kinds: Collection[str] = (),
    older_than: float | None = None,
) -> CacheContent:
    """What is kept.

    Args:
        cache: its folder; None for the default one.
        kinds: only of these, as :attr:`KeptShelf.kind` has them; none for all.
        older_than: only what was last used more than so many seconds ago.

    Raises:
        SettingsError: nothing of one of the kinds is kept, or the limit of the cache is no size.
        StorageError: the folder is none, or no files can be made there.
    """
    folder = cache_folder(cache)
    shelves = list_shelves(folder)
    _check_kinds(kinds, folder, shelves)
    latest = float("inf") if older_than is None else time.time() - older_than
    chosen = [
        replace(shelf, entries=tuple(entry for entry in shelf.entries if entry.used <= latest))
        for shelf in shelves
        if not kinds or shelf.kind in kinds
    ]
    shown = tuple(shelf for shelf in chosen if shelf.entries or older_than is None)
    return CacheContent(folder=str(folder), limit=cache_limit(), shelves=shown)


def clear_cache(
    cache: str | os.PathLike[str] | None = None,
    *,
    kinds: Collection[str] = (),
    older_than: float | None = None,
) -> Cleared:
    """Remove what :func:`list_cache` gives; what a running job uses stays, and so does what is no entry."""
    content = list_cache(cache, kinds=kinds, older_than=older_than)
    root = Path(content.folder)
    chosen = [entry for shelf in content.shelves for entry in shelf.entries]
    removed = drop_entries(root, chosen)
    gone = {entry.name for entry in removed}
    left = [entry for entry in chosen if entry.name not in gone and os.path.lexists(root / entry.name)]
    return Cleared(content.folder, tuple(removed), tuple(left))


def _check_kinds(kinds: Collection[str], folder: Path, shelves: Sequence[KeptShelf]) -> None:
    known = sorted({shelf.kind for shelf in shelves})
    for kind in kinds:
        if kind not in known:
            there = f"it keeps {', '.join(known)}" if known else "it keeps nothing"
            raise SettingsError(f"The cache {folder} keeps no {kind!r}; {there}.")


def drop_entries(root: Path, entries: Sequence[KeptEntry]) -> list[KeptEntry]:
    """Remove entries that are not in use, and shelves that are empty then; returns what was removed."""
    removed = set(take_away(root, [entry.name for entry in entries]))
    shelves = {name.rpartition("/")[0] for name in removed}
    shelves |= {folder.name for folder in _shelf_folders(root)} | {name for name, *_ in older_shelves(root)}
    for shelf in sorted(shelves):
        take_away_empty(root, shelf, but=[SHELF, DESCRIPTION])
    for parent in PARENTS:
        take_away_empty(root, parent)
    return [entry for entry in entries if entry.name in removed]


def list_shelves(root: Path) -> list[KeptShelf]:
    """The shelves of a cache, by kind and target; what writers that died left behind is swept away."""
    sweep_leftovers(root)
    used = names_in_use(root) if root.is_dir() else set()
    found = []
    for folder in _shelf_folders(root):
        entries = _entries(root, folder.name, (name for name in _names(folder) if ENTRY.fullmatch(name)))
        kind, target, fingerprint = _described(folder)
        in_use = folder.name in used or any(entry.name in used for entry in entries)
        found.append(KeptShelf(folder.name, kind, target, fingerprint, entries, in_use))
    for name, fingerprint, names in older_shelves(root):
        found.append(KeptShelf(name, OLDER, "", fingerprint, _entries(root, name, names)))
    return sorted(found, key=lambda one: (one.kind in (OLDER, DAMAGED), one.kind, one.target, one.name))


def _shelf_folders(root: Path) -> list[Path]:
    """Folders with a description, or with nothing but entries."""
    found = []
    for name in _names(root):
        folder = root / name
        if not name.startswith(".") and folder.is_dir() and not folder.is_symlink():
            names = [each for each in _names(folder) if not each.startswith(".")]
            if SHELF in names or (names and all(map(ENTRY.fullmatch, names))):
                found.append(folder)
    return found


def _described(folder: Path) -> tuple[str, str, str]:
    """Kind, name of the target and its fingerprint."""
    described = None
    with suppress(FileNotFoundError):
        described = read_shelf(folder)
    if described is None:
        return DAMAGED, "", ""
    target = described["target"] or {"name": "", "fingerprint": ""}
    return described["kind"], target["name"], target["fingerprint"]


def _entries(root: Path, shelf: str, names: Iterable[str]) -> tuple[KeptEntry, ...]:
    sweep_leftovers(root / shelf)
    found = []
    for name in names:
        with suppress(FileNotFoundError):  # another process drops it at this moment
            place = root / shelf / name
            found.append(KeptEntry(f"{shelf}/{name}", _size_of(place), place.lstat().st_mtime))
    return tuple(found)


def _size_of(place: Path) -> int:
    if place.is_symlink() or not place.is_dir():
        return place.lstat().st_size
    return sum(file.lstat().st_size for file in place.rglob("*") if not file.is_dir())


def _names(folder: Path) -> list[str]:
    with suppress(OSError):
        return sorted(path.name for path in folder.iterdir())
    return []
