"""Progress bars with the time left, on the terminal's error stream."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

ERRORS = Console(stderr=True)


@contextmanager
def progress_bars() -> Iterator[Callable[[str], Callable[[int, int], None]]]:
    """Yield a function that makes a bar of that name and returns its ``(done, total)`` callback."""
    columns = (
        TextColumn("{task.description}"),
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
                    tasks.append(bars.add_task(name, total=total))
                bars.update(tasks[0], completed=done, total=total)  # type: ignore[arg-type]

            return update

        yield make


@contextmanager
def told_when_stopped() -> Iterator[None]:
    """On Ctrl-C say that what was finished is kept, before the command ends with exit code 130."""
    try:
        yield
    except KeyboardInterrupt:
        ERRORS.print("Stopped. Every finished epoch is on disk; the same command with --resume goes on.")
        raise
