"""Which parts of a folder are in use, by this process or another, so that nobody takes them away.

Every process that uses something keeps a list of it in a hidden file of the folder, which it holds locked as
long as it lives: the list of a process that died is told by its lock, and swept. Lists are written and read
under one lock, for moments, so that what is being taken away is not begun to be used meanwhile.
"""

from __future__ import annotations

import atexit
import os
import secrets
import threading
import time
import weakref
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from attrimeter.storage.holding import CAN_HOLD, hold
from attrimeter.storage.leftovers import remove, temporary_beside
from attrimeter.storage.reading import read_limited

LISTS = ".in-use"
_GUARD = "guard"
_LONGEST_LIST = 2**26
_OLD = 24 * 3600.0  # seconds after which a list is left over, where no lock tells


@contextmanager
def using(root: Path, name: str) -> Iterator[None]:
    """Nobody takes ``name``, which lies below ``root`` and need not be there yet, away within the block."""
    uses = _uses_of(root)
    uses.begin(name)
    try:
        yield
    finally:
        uses.end(name)


def use_while_alive(holder: Any, root: Path, name: str) -> None:
    """The same as long as the object ``holder`` lives."""
    uses = _uses_of(root)
    uses.begin(name)
    weakref.finalize(holder, uses.end, name).atexit = False


def names_in_use(root: Path) -> set[str]:
    """What this process and all others use below ``root``; nothing where it is not there."""
    with _uses_of(root).alone() as used:
        return used


def take_away(root: Path, names: Sequence[str]) -> list[str]:
    """Remove files and folders below ``root``, but none that is in use. What is removed is never half there.

    Returns:
        The names that were removed; one that was not there is left out.
    """
    removed, aside = [], []
    with _uses_of(root).alone(make=bool(names)) as used:
        for name in names:
            away = temporary_beside(root / Path(name).name)
            if name not in used:
                with suppress(OSError):
                    (root / name).rename(away)
                    removed.append(name)
                    aside.append(away)
    for away in aside:
        remove(away)
    return removed


def take_away_empty(root: Path, name: str, *, but: Sequence[str] = ()) -> bool:
    """Remove a folder below ``root`` that holds nothing, unless it is in use. Says whether it is gone.

    Args:
        but: files that count for nothing and go with it.
    """
    folder = root / name
    with _uses_of(root).alone() as used:
        try:
            if name in used or not {path.name for path in folder.iterdir()} <= set(but):
                return False
            for file in but:
                (folder / file).unlink(missing_ok=True)
            folder.rmdir()
        except OSError:
            return False
    return True


class _Uses:
    """What this process uses below one folder, and the list by which others know."""

    def __init__(self, root: Path) -> None:
        self.process = os.getpid()
        self._root = root
        self._counts: Counter[str] = Counter()
        self._ended: deque[str] = deque()
        self._mutex = threading.Lock()
        self._list: tuple[Path, int] | None = None

    def begin(self, name: str) -> None:
        with self._mutex:
            self._settle()
            self._counts[name] += 1
            if self._counts[name] == 1:
                with suppress(OSError):  # where nothing can be written nothing is taken away either
                    (self._root / LISTS).mkdir(parents=True, exist_ok=True)
                    with self._guarded():
                        os.write(self._open_list(), f"{name}\n".encode())

    def end(self, name: str) -> None:
        """May be called by a finaliser, at any moment: what cannot be done now is done later."""
        self._ended.append(name)
        if self._mutex.acquire(blocking=False):
            try:
                self._settle()
            finally:
                self._mutex.release()

    @contextmanager
    def alone(self, *, make: bool = False) -> Iterator[set[str]]:
        """What anybody uses; nobody begins to use anything within the block.

        Args:
            make: the folder of the lists, where none of it was in use yet.
        """
        if make and self._root.is_dir():
            with suppress(OSError):
                (self._root / LISTS).mkdir(exist_ok=True)
        with self._mutex, self._guarded():
            self._settle()
            found = set(self._counts)
            with suppress(OSError):
                for entry in os.scandir(self._root / LISTS):
                    if entry.name != _GUARD and (self._list is None or entry.name != self._list[0].name):
                        found |= _read_list(Path(entry.path))
            yield found

    def close(self) -> None:
        """Remove the list, where this is still the process that wrote it."""
        if self._list is not None and self.process == os.getpid():
            path, descriptor = self._list
            self._list = None
            with suppress(OSError):
                path.unlink()
            os.close(descriptor)

    def _settle(self) -> None:
        while self._ended:
            name = self._ended.popleft()
            self._counts[name] -= 1
            if self._counts[name] <= 0:
                del self._counts[name]
        if not self._counts:
            self.close()

    def _open_list(self) -> int:
        if self._list is None:
            path = self._root / LISTS / f"{self.process}-{secrets.token_hex(8)}"
            self._list = path, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o666)
            with suppress(OSError):  # a file system without locks
                hold(self._list[1], wait=False)
        return self._list[1]

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Be the only process that reads or writes the lists, where they can be written."""
        descriptor = -1
        try:
            with suppress(OSError):
                descriptor = os.open(self._root / LISTS / _GUARD, os.O_RDWR | os.O_CREAT, 0o666)
                hold(descriptor, wait=True)
            yield
        finally:
            if descriptor >= 0:
                os.close(descriptor)


_known: dict[str, _Uses] = {}


def _uses_of(root: Path) -> _Uses:
    place = os.path.realpath(root)
    found = _known.get(place)
    if found is None or found.process != os.getpid():
        found = _known[place] = _Uses(Path(place))
        atexit.register(found.close)
    return found


def _read_list(path: Path) -> set[str]:
    """What a living process uses; the list of a dead one is removed."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return set()
    try:
        is_dead = hold(descriptor, wait=False) if CAN_HOLD else time.time() - path.stat().st_mtime > _OLD
        if is_dead:
            path.unlink()
            return set()
        return set(read_limited(path, _LONGEST_LIST).decode("utf-8", "replace").splitlines())
    except OSError:
        return set()
    finally:
        os.close(descriptor)
