"""Progress with the time left on standard error: bars on a terminal, lines now and then in a file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from attrimeter.cli.terminal import ERRORS, tell
from attrimeter.legible import legible
from attrimeter.storage.disk_space import as_time

PAUSE = 30.0
"""Seconds between two lines of progress where standard error is no terminal."""


@contextmanager
def progress_bars() -> Iterator[Callable[[str], Callable[[int, int], None]]]:
    """Yield a function that makes a bar of that name and returns its ``(done, total)`` callback.

    Where standard error is no terminal there are plain lines instead, one now and then.
    """
    if not ERRORS.is_terminal:
        yield PlainLines().follow
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=ERRORS, transient=True) as bars:

        def make(name: str) -> Callable[[int, int], None]:
            tasks: list[int] = []

            def update(done: int, total: int) -> None:
                if not tasks:
                    tasks.append(bars.add_task(legible(name), total=total))
                bars.update(tasks[0], completed=done, total=total)  # type: ignore[arg-type]

            return update

        yield make


class PlainLines:
    """Progress as lines on standard error, at most one in :data:`PAUSE` seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.last = clock()

    def follow(self, name: str) -> Callable[[int, int], None]:
        """The ``(done, total)`` callback of a task of that name; a count that falls begins a new round."""
        began: list[tuple[float, int]] = []
        before = 0

        def update(done: int, total: int) -> None:
            nonlocal before
            now = self.clock()
            if not began or done < before:
                began[:] = [(now, done)]
            before = done
            if now - self.last < PAUSE:
                return
            self.last = now
            start, first = began[0]
            speed = (done - first) / (now - start) if now > start else 0.0
            rest = f", about {as_time((total - done) / speed)} left" if speed > 0 and done < total else ""
            tell(f"{name}: {done:,} of {total:,}{rest}")

        return update
