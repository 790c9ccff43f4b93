"""The two streams of a terminal: what was asked for on standard output, all else on standard error."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

from rich.console import Console, Group, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from attrimeter.cli.lookalikes import LOOKALIKES
from attrimeter.errors import StorageError
from attrimeter.legible import legible, legible_lines

COLUMNS = 100
"""Where the output goes to no terminal: the width of sentences, and the least that a table may take."""

_WIDEST = 1000


class ReaderGoneError(Exception):
    """The program that read standard output has stopped reading, as ``head`` does."""


class Terminal(Console):
    """A console that shows text from outside literally: no markup, no emoji codes, nothing hidden."""

    def __init__(self, **how: Any) -> None:
        super().__init__(markup=False, emoji=False, highlight=False, **how)

    @property
    def encoding(self) -> str:
        """That of the stream, whichever it is now."""
        return (getattr(self.file, "encoding", None) or "utf-8").lower()

    def render(self, renderable: RenderableType, options: Any = None) -> Iterable[Segment]:
        """As in rich, with hidden characters escaped."""
        return super().render(_show(renderable), options)

    def on_broken_pipe(self) -> None:
        """Raise ReaderGoneError."""
        _give_up_output()
        raise ReaderGoneError


class _Errors(Terminal):
    """Standard error, whose failure stops nothing: there is nowhere left to report it."""

    @property
    def file(self) -> IO[str]:
        return _Forgiving(super().file)  # type: ignore[return-value]

    @file.setter
    def file(self, file: IO[str]) -> None:
        self._file = file


class _Forgiving:
    def __init__(self, stream: IO[str]) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        try:
            return self.stream.write(text)
        except OSError:
            return len(text)

    def flush(self) -> None:
        try:
            self.stream.flush()
        except OSError:
            return

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


ERRORS = _Errors(stderr=True)


def prepare_streams() -> None:
    """Let both streams write the most similar character for one that their encoding lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=LOOKALIKES)


def columns() -> int:
    """The width of the terminal; :data:`COLUMNS` where the output goes to a file or a program."""
    console = Console()
    return console.width if console.is_terminal else COLUMNS


def show(renderable: RenderableType, *, on_errors: bool = False) -> None:
    """Print a result; to a file or a program each table as wide as it needs, so that no cell is folded.

    Args:
        on_errors: on standard error, because standard output carries a file.

    Raises:
        StorageError: standard output cannot be written.
        ReaderGoneError: its reader has stopped reading.
    """
    console = (_Errors if on_errors else Terminal)(stderr=on_errors)
    if console.is_terminal:
        _print(console, renderable)
        return
    for part in _parts(renderable):
        console.width = _WIDEST
        console.width = max(COLUMNS, console.measure(part).maximum if isinstance(part, Table) else 0)
        _print(console, part)


def say(line: str) -> None:
    """Print a line of the result on standard output. Raises as :func:`show` does."""
    _print(Terminal(), Text(legible(line)), soft_wrap=True)


def tell(line: str) -> None:
    """Print a line about the work on standard error."""
    ERRORS.print(Text(legible(line)), soft_wrap=True)


def _print(console: Console, renderable: RenderableType, **how: Any) -> None:
    with _telling_failure():
        console.print(renderable, **how)


def close_output() -> None:
    """Write what standard output still holds. Raises as :func:`show` does."""
    if sys.stdout is not None:
        with _telling_failure():
            sys.stdout.flush()


@contextmanager
def _telling_failure() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        _give_up_output()
        raise ReaderGoneError from None
    except OSError as error:
        _give_up_output()
        raise StorageError(f"Standard output could not be written: {error.strerror or error}.") from error


def _give_up_output() -> None:
    """Discard what standard output still holds, so that ending the process does not fail once more."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _parts(renderable: RenderableType) -> Iterator[RenderableType]:
    if isinstance(renderable, Group):
        for part in renderable.renderables:
            yield from _parts(part)
    else:
        yield renderable


def _show(renderable: RenderableType) -> RenderableType:
    if isinstance(renderable, str):
        return legible_lines(renderable)
    if isinstance(renderable, Text) and renderable.plain != (shown := legible_lines(renderable.plain)):
        renderable = renderable.copy()
        renderable.plain = shown
    return renderable
