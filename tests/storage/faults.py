"""Breaking a run off at one of its writes, as a kill does: what was renamed before is there, no more."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from attrimeter.storage import files


class Killed(BaseException):
    """Stands for the end of the process; nothing in the project catches it."""


def before_every_write(
    monkeypatch: pytest.MonkeyPatch, run: Callable[[], object], then: Callable[[int], None]
) -> list[str]:
    """Call ``then`` with the number of every file, from 0, before a run replaces it; returns their names."""
    written: list[str] = []
    rename = Path.replace

    def note(self: Path, target: Path) -> Path:
        then(len(written))
        written.append(Path(target).name)
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(files.Path, "replace", note)
        run()
    return written


def snapshots(
    monkeypatch: pytest.MonkeyPatch, run: Callable[[], object], folder: Path, into: Path
) -> list[str]:
    """Copies of a folder, ``into``/0 and so on, as a kill before every write of a run leaves it."""

    def copy(number: int) -> None:
        shutil.copytree(folder, into / str(number), ignore=shutil.ignore_patterns("*.part"))

    return before_every_write(monkeypatch, run, copy)


def kill_before_write(monkeypatch: pytest.MonkeyPatch, number: int, run: Callable[[], object]) -> None:
    """Start a run and break it off just before it replaces its file of that number, from 0."""

    def stop(reached: int) -> None:
        if reached == number:
            raise Killed

    with pytest.raises(Killed):
        before_every_write(monkeypatch, run, stop)
