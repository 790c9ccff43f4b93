"""Folders that are whole or not there: written under a temporary name, listed with digests, then renamed."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from attrimeter.errors import StorageError
from attrimeter.storage.holding import hold, is_at, sync_folder
from attrimeter.storage.leftovers import sweep_leftovers, temporary_beside
from attrimeter.storage.places import named_place
from attrimeter.storage.reading import open_regular, read_limited

LIST = "whole.json"
"""Names every file of a whole folder, with its size in bytes and its SHA-256."""

_LARGEST_LIST = 64 * 2**20
_TRIES = 20


@contextmanager
def replace_folder(path: str | os.PathLike[str]) -> Iterator[Path]:
    """An empty folder to write into that takes the place of ``path`` only when it is complete.

    At the end its files are flushed to disk and listed in ``whole.json``, and it is renamed to ``path``,
    whose former content is deleted. If anything fails, ``path`` stays as it was. Of several who write the
    same folder at once the last one wins.

    Raises:
        StorageError: the folder cannot be written (disk full, no permission, ``path`` is a file, ...).
    """
    target = named_place(path)
    temporary, descriptor = None, -1
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary, descriptor = _make_temporary(target)
        yield temporary
        _list_files(temporary)
        _move(temporary, target)
        sync_folder(target.parent)
    except OSError as error:
        raise StorageError(
            f"Could not write {target}: {error.strerror or error}. Free some space or choose another folder; "
            "what was there before is unchanged."
        ) from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
            os.close(descriptor)


@contextmanager
def scratch_folder(inside: str | os.PathLike[str]) -> Iterator[Path]:
    """An empty folder in an existing one, gone when the block ends; after a kill it is swept away.

    Raises:
        StorageError: it cannot be made.
    """
    try:
        sweep_leftovers(inside)
        temporary, descriptor = _make_temporary(Path(inside) / "scratch")
    except OSError as error:
        raise StorageError(
            f"Could not write to {inside}: {error.strerror or error}. Free some space or choose another "
            "folder."
        ) from error
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        os.close(descriptor)


def check_folder(path: str | os.PathLike[str], *, thorough: bool = True) -> str | None:
    """Why a folder is not as :func:`replace_folder` left it; None if it is. Files added since do not count.

    Args:
        thorough: also whether each file has its digest, which reads all of them; else sizes alone.
    """
    folder = Path(path)
    try:
        listed = json.loads(read_limited(folder / LIST, _LARGEST_LIST))
        entries = [(str(name), int(entry["size"]), str(entry["sha256"])) for name, entry in listed.items()]
    except FileNotFoundError:
        return f"it has no {LIST}"
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return f"its {LIST} is damaged"
    for name, size, digest in entries:
        try:
            with open_regular(folder / name) as stream:
                if os.fstat(stream.fileno()).st_size != size:
                    return f"{name} has another size"
                if thorough and _digest_of(stream) != digest:
                    return f"{name} has another content"
        except FileNotFoundError:
            return f"{name} is missing"
        except (OSError, ValueError) as error:
            return f"{name} cannot be read ({getattr(error, 'strerror', None) or error})"
    return None


def _make_temporary(target: Path) -> tuple[Path, int]:
    """A new folder that is held while its descriptor is open, so that nobody takes it for a leftover."""
    while True:
        temporary = temporary_beside(target)
        temporary.mkdir()
        descriptor = os.open(temporary, os.O_RDONLY)
        with suppress(OSError):  # a file system without locks
            hold(descriptor, wait=True)
        if is_at(temporary, descriptor):
            return temporary, descriptor
        os.close(descriptor)


def _list_files(folder: Path) -> None:
    entries: dict[str, dict[str, Any]] = {}
    folders = [folder]
    for place, below, names in os.walk(folder):
        folders += [Path(place, name) for name in below]
        for name in names:
            file = Path(place, name)
            with file.open("rb") as stream:
                os.fsync(stream.fileno())
                size = os.fstat(stream.fileno()).st_size
                entries[file.relative_to(folder).as_posix()] = {"size": size, "sha256": _digest_of(stream)}
    with (folder / LIST).open("w", encoding="utf-8") as listing:
        json.dump(entries, listing, sort_keys=True)
        listing.flush()
        os.fsync(listing.fileno())
    for each in reversed(folders):
        sync_folder(each)


def _digest_of(stream: Any) -> str:
    return hashlib.file_digest(stream, "sha256").hexdigest()


def _move(new: Path, target: Path) -> None:
    """Rename ``new`` to ``target``; a folder there is moved out of the way and deleted afterwards."""
    for _ in range(_TRIES):
        try:
            new.rename(target)
            return
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
        aside = temporary_beside(target)
        with suppress(FileNotFoundError):  # another writer was quicker
            target.rename(aside)
            shutil.rmtree(aside, ignore_errors=True)
    new.rename(target)
