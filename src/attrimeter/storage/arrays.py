"""Arrays that were derived from something else, on disk: checked before they are believed, made anew else.

A folder of arrays is written by :func:`replace_folder`, so that ``whole.json`` lists the size and digest of
every file. Digests of gigabytes are not computed at every opening: once they were found right,
``checked.json`` notes the size, times and inode of every file, and they are computed again when one of these
has changed. The time of change (ctime) cannot be set by hand, so that no rewritten file passes. An archive is
one ``.npz`` file, whose parts carry a CRC-32 that is checked whenever they are read.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from attrimeter.arrays import Array
from attrimeter.errors import StorageError
from attrimeter.storage.files import replace_file, write_text
from attrimeter.storage.folders import LIST, check_folder, replace_folder
from attrimeter.storage.leftovers import remove
from attrimeter.storage.plain_json import read_json
from attrimeter.storage.reading import open_regular

Layout = Mapping[str, tuple[str, tuple[int | str, ...]]]
"""Array name -> type ("<f4", or a kind like "U") and shape; a length given by name is the same everywhere."""

INDEX, CHECKED, KEY = "index.json", "checked.json", "key"
_LARGEST_INDEX = 256 * 2**20
_SETTLED = 2 * 10**9
"""Nanoseconds; what changed later than that before a check may change again at the same time of change."""

_LOG = logging.getLogger(__name__)


class DamagedError(Exception):
    """Derived arrays are not as they were written, or are of something else; the text is a short reason."""


def write_arrays(folder: Path, arrays: Mapping[str, Array], *, about: Mapping[str, Any]) -> None:
    """Replace ``folder`` by these arrays.

    Args:
        about: plain data that say what they were derived from; opening must name the same.

    Raises:
        StorageError: the folder cannot be written; what was there before is unchanged.
    """
    with replace_folder(folder) as place:
        for name, array in arrays.items():
            np.save(place / f"{name}.npy", array)
        (place / INDEX).write_text(json.dumps(about), encoding="utf-8")


def read_about(folder: Path) -> Any:
    """What :func:`write_arrays` was told of the arrays; not checked yet.

    Raises:
        DamagedError: it cannot be read.
    """
    try:
        return read_json(folder / INDEX, limit=_LARGEST_INDEX)
    except (OSError, ValueError) as error:
        raise DamagedError(f"its {INDEX} cannot be read: {_reason(error)}") from error


def open_arrays(
    folder: Path, layout: Layout, *, about: Mapping[str, Any], mapped: bool | Sequence[str] = True
) -> dict[str, Array]:
    """The arrays in ``folder`` that ``layout`` names.

    Args:
        about: what they must have been derived from.
        mapped: whether they are left on disk and read where they are looked at; or which of them.

    Raises:
        FileNotFoundError: there is no such folder.
        DamagedError: they are not as they were written, of something else, or of another type or shape.
    """
    _check_there(folder)
    if read_about(folder) != json.loads(json.dumps(about)):
        raise DamagedError("it was made of something else")
    _check_files(folder, [*(f"{name}.npy" for name in layout), INDEX])
    try:
        arrays = {
            name: np.load(
                folder / f"{name}.npy",
                mmap_mode="r" if mapped is True or (mapped and name in mapped) else None,
                allow_pickle=False,
            )
            for name in layout
        }
    except Exception as error:  # a header may hold anything
        raise DamagedError(_reason(error)) from error
    check_layout(arrays, layout)
    return arrays


def write_archive(path: Path, arrays: Mapping[str, Array], *, key: str, compressed: bool = False) -> None:
    """Replace ``path`` by these arrays, under a key that reading must name. Raises StorageError.

    What stands there and is no file (a folder, a pipe, a link to a device) is taken away, with one line.
    """
    if os.path.lexists(path) and not path.is_file():
        drop_damaged({path: "it is no plain file"}, "archive")
    save = np.savez_compressed if compressed else np.savez
    with replace_file(path) as stream:
        save(stream, **{KEY: np.asarray(key)}, **arrays)  # type: ignore[arg-type]


def read_archive(path: Path, layout: Layout, *, key: str) -> dict[str, Array]:
    """The arrays of an archive that ``layout`` names.

    Raises:
        FileNotFoundError: there is none.
        DamagedError: as :func:`open_arrays`.
    """
    _check_there(path)
    try:
        with open_regular(path) as stream, np.load(stream, allow_pickle=False) as archive:
            found = str(archive[KEY])
            arrays = {name: archive[name] for name in layout} if found == key else {}
    except Exception as error:  # an archive may hold anything
        raise DamagedError(_reason(error)) from error
    if found != key:
        raise DamagedError("it was made of something else")
    check_layout(arrays, layout)
    return arrays


def check_layout(arrays: Mapping[str, Array], layout: Layout) -> None:
    """Raises DamagedError where an array has another type or shape."""
    lengths: dict[str, int] = {}
    for name, (kind, shape) in layout.items():
        found = arrays[name]
        fits = kind in (found.dtype.str, found.dtype.kind) and len(shape) == found.ndim
        for wanted, length in zip(shape, found.shape, strict=False):
            fits &= length == (lengths.setdefault(wanted, length) if isinstance(wanted, str) else wanted)
        if not fits:
            raise DamagedError(f"its {name} is {found.dtype} of shape {found.shape}")


def drop_damaged(found: Mapping[Path, str], what: str) -> None:
    """Remove derived files or folders that cannot be believed, and say so in one line.

    Args:
        found: each with the reason.
        what: they are: "shard of the map cache".
    """
    if not found:
        return
    first, reason = next(iter(found.items()))
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    _LOG.warning("The %s %s%s cannot be used, %s; it is made anew.", what, first, more, reason)
    for path in found:
        remove(path)


def _check_there(path: Path) -> None:
    if not os.path.lexists(path):
        raise FileNotFoundError(path)


def _check_files(folder: Path, needed: Sequence[str]) -> None:
    """That all files which are listed are as listed, and that all which are needed are listed."""
    before = _statuses(folder)
    known = before is not None and _read_checked(folder) == before
    reason = check_folder(folder, thorough=not known)
    if reason is not None:
        raise DamagedError(reason)
    if before is None or not set(needed) < set(before):
        raise DamagedError("not all of its arrays are listed")
    if not known and max(changed for *_, changed in before.values()) < time.time_ns() - _SETTLED:
        with suppress(StorageError):  # a cache that cannot be written is checked again each time
            write_text(folder / CHECKED, json.dumps(before))


def _statuses(folder: Path) -> dict[str, list[int]] | None:
    """What changes of a file when it is written, of every file that is listed; None where one is missing."""
    try:
        found = {name: (folder / name).stat() for name in [*read_json(folder / LIST), LIST]}
    except (OSError, ValueError, TypeError):
        return None
    return {name: [s.st_dev, s.st_ino, s.st_size, s.st_mtime_ns, s.st_ctime_ns] for name, s in found.items()}


def _read_checked(folder: Path) -> Any:
    try:
        return read_json(folder / CHECKED)
    except (OSError, ValueError):
        return None


def _reason(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return text if len(text) <= 100 else type(error).__name__
