"""A shelf of the cache: a folder that says what it keeps and of which target, and the entries in it.

``shelf.json`` names the kind of its entries and their target; an entry is a folder of arrays or an archive
(:mod:`attrimeter.storage.arrays`) whose name begins with ``entry-``. So whoever looks at a cache can list and
clear it without knowing the kinds. The time of change of an entry is that of its last use: reading it sets
it. What is open is noted as in use (:mod:`attrimeter.storage.in_use`), and nobody drops it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from attrimeter.arrays import Array
from attrimeter.errors import StorageError
from attrimeter.storage import read_json, write_json
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
from attrimeter.storage.in_use import use_while_alive, using
from attrimeter.storage.places import named_place
from attrimeter.targets import Target

SHELF = "shelf.json"
ENTRY = re.compile(r"entry-[0-9a-z-]+(\.npz)?")
VERSION = 1


@dataclass(frozen=True)
class Shelf:
    """A folder of entries of one kind; see :func:`claim_shelf`.

    Args:
        root: folder of the cache.
        name: of the shelf in it.
        what: its entries are, one of them in words.
    """

    root: Path
    name: str
    what: str

    @property
    def folder(self) -> Path:
        """Of the shelf."""
        return self.root / self.name

    def path(self, entry: str) -> Path:
        """Of an entry."""
        return self.folder / entry

    def entries(self) -> list[str]:
        """The names of what is there, checked or not."""
        with suppress(FileNotFoundError):
            return sorted(path.name for path in self.folder.iterdir() if ENTRY.fullmatch(path.name))
        return []

    def using(self, entry: str) -> AbstractContextManager[None]:
        """Nobody drops the entry within the block, whether it is there or comes to be."""
        return using(self.root, f"{self.name}/{entry}")

    def read_about(self, entry: str) -> Any:
        """What an entry's arrays were derived from; as :func:`attrimeter.storage.arrays.read_about`."""
        return read_about(self.path(entry))

    def open_arrays(
        self, entry: str, layout: Layout, *, about: Mapping[str, Any], mapped: bool | Sequence[str] = True
    ) -> dict[str, Array]:
        """An entry's arrays, in use as long as those of them live that are left on disk; raises as
        :func:`attrimeter.storage.arrays.open_arrays`."""
        with self.using(entry):
            arrays = open_arrays(self.path(entry), layout, about=about, mapped=mapped)
            for array in arrays.values():
                if isinstance(array, np.memmap):
                    use_while_alive(array, self.root, f"{self.name}/{entry}")
            self._note_use(entry)
        return arrays

    def write_arrays(
        self, entry: str, arrays: Mapping[str, Array], layout: Layout, *, about: Mapping[str, Any], **how: Any
    ) -> dict[str, Array]:
        """Keep arrays as an entry, and open it as :meth:`open_arrays` does.

        Raises:
            StorageError: the entry cannot be written, or is not what was written.
        """
        with self.using(entry):
            write_arrays(self.path(entry), arrays, about=about)
            try:
                return self.open_arrays(entry, layout, about=about, **how)
            except (DamagedError, FileNotFoundError) as error:
                raise StorageError(
                    f"The cache {self.root} does not keep what is written to it ({error}); choose another "
                    "folder for it."
                ) from error

    def read_archive(self, entry: str, layout: Layout, *, key: str) -> dict[str, Array] | None:
        """An entry's arrays, or None where there is none; one that is damaged is dropped with one line."""
        try:
            with self.using(entry):
                arrays = read_archive(self.path(entry), layout, key=key)
                self._note_use(entry)
                return arrays
        except FileNotFoundError:
            return None
        except DamagedError as error:
            self.drop_damaged({entry: str(error)})
            return None

    def write_archive(
        self, entry: str, arrays: Mapping[str, Array], *, key: str, compressed: bool = False
    ) -> None:
        """Keep arrays as an archive that is read under ``key``. Raises StorageError."""
        write_archive(self.path(entry), arrays, key=key, compressed=compressed)

    def drop_damaged(self, found: Mapping[str, str]) -> None:
        """Remove entries that cannot be believed, each with the reason, and say so in one line."""
        there = {self.path(entry): reason for entry, reason in found.items()}
        drop_damaged({path: reason for path, reason in there.items() if os.path.lexists(path)}, self.what)

    def _note_use(self, entry: str) -> None:
        with suppress(OSError):  # a cache that cannot be written
            os.utime(self.path(entry))


def claim_shelf(
    root: str | os.PathLike[str], kind: str, *, what: str, target: Target | None = None, of: str = ""
) -> Shelf:
    """The shelf for entries of that kind, made where missing; it is in use as long as the object lives.

    Its name begins with kind and fingerprint. One that was made with another target of the same fingerprint,
    or of which nobody knows what it was made with, is left alone, and the next gets a number.

    Args:
        root: folder of the cache.
        kind: of the entries, in lower-case words with hyphens between, such as "rendered-edits".
        what: an entry is, for the line about a damaged one.
        target: that they were made with; None for what serves all.
        of: digits and words that further tell this shelf from others of the kind.

    Raises:
        StorageError: it cannot be written.
    """
    place = named_place(root)
    parts = [kind, *([] if target is None else [target.fingerprint[:20]]), *([of] if of else [])]
    described: dict[str, Any] = {"version": VERSION, "kind": kind, "of": of, "target": None}
    if target is not None:
        described["target"] = {"name": target.profile.name, **target.identity.to_dict()}
    for number in count(1):
        shelf = Shelf(place, "-".join(parts if number == 1 else [*parts, str(number)]), what)
        use_while_alive(shelf, place, shelf.name)
        if not shelf.folder.is_dir() or not any(shelf.folder.glob("[!.]*")):
            write_json(shelf.folder / SHELF, described)
        if _is_of(shelf.folder, described, target):
            break
    return shelf


def read_shelf(folder: Path) -> dict[str, Any] | None:
    """What ``shelf.json`` says, checked as far as kinds need not be known; None where it is damaged.

    Raises:
        FileNotFoundError: there is none.
    """
    try:
        found = read_json(folder / SHELF)
        fits = found["version"] == VERSION and isinstance(found["kind"], str) and isinstance(found["of"], str)
        target = found["target"]
        fits &= target is None or all(isinstance(target[name], str) for name in ("name", "fingerprint"))
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if fits else None


def _is_of(folder: Path, described: Mapping[str, Any], target: Target | None) -> bool:
    """Whether a shelf was made for this kind, with this target."""
    try:
        kept = read_shelf(folder)
    except FileNotFoundError:
        return False
    if kept is None or (kept["kind"], kept["of"]) != (described["kind"], described["of"]):
        return False
    return kept["target"] is None if target is None else target.identity.is_same(kept["target"])
