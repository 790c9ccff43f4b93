"""A command that checks its words before anything is done, and shows what the library logs."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from typer.core import TyperCommand

from attrimeter.cli.options import names_in
from attrimeter.cli.terminal import tell
from attrimeter.errors import SettingsError

OUTPUTS = ("figure", "page", "json_file", "new")
"""Parameters of the commands that name a file to be written."""

_CATALOGUE = re.compile(r"\{(\w[\w.]*:\w+)\}")


class Command(TyperCommand):
    """A command that takes no empty words: an empty path would mean the working folder."""

    def complete_help(self) -> None:
        """Where the help says ``{module:NAME}``, put the keys of that mapping, imported only now."""
        parts: Any = self.params
        for part in parts:
            part.help = _CATALOGUE.sub(lambda found: ", ".join(names_in(found[1])()), part.help or "")

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """As typer does it, with all names in it."""
        self.complete_help()
        super().format_help(ctx, formatter)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As typer does it.

        Raises:
            SettingsError: a word without a letter in it, or a file that would be read and written over.
        """
        if ctx.resilient_parsing:  # a shell asks what the next word may be
            return super().parse_args(ctx, args)
        for before, word in zip(["", *args], args, strict=False):
            name = word.rstrip("=") if word.startswith("--") else before
            if not word.strip() or (word.startswith("--") and word.endswith("=")):
                what = name if name.startswith("--") else "A word of the command"
                raise SettingsError(f"{what} is empty; give it a value, or leave it out.")
        left = super().parse_args(ctx, args)
        _refuse_overwriting(ctx.params)
        return left

    def invoke(self, ctx: Any) -> Any:
        """As typer does it, with the library's log on the terminal.

        Raises:
            SettingsError: more memory was asked for than there is.
        """
        try:
            with _shown_notices():
                return super().invoke(ctx)
        except (MemoryError, RecursionError, RuntimeError) as error:
            if not _is_out_of_memory(error):
                raise
            raise SettingsError(
                "This takes more memory than there is: ask for less at a time, such as smaller batches, "
                "smaller pictures or fewer workers."
            ) from error


class _Shown(logging.Handler):
    """Prints a line for each record, above the progress bars."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print the record's text."""
        tell(record.getMessage())


@contextmanager
def _shown_notices() -> Iterator[None]:
    """Within it, records of the log ``attrimeter`` at level INFO and above are shown."""
    log, handler = logging.getLogger("attrimeter"), _Shown()
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(level)


def _refuse_overwriting(values: Mapping[str, Any]) -> None:
    """Raise SettingsError where an output is a file that the command reads."""
    files = {name: file for name, value in values.items() if (file := _as_file(value)) is not None}
    for output in files.keys() & set(OUTPUTS):
        written = files[output]
        if any(written.samefile(file) for name, file in files.items() if name not in OUTPUTS):
            raise SettingsError(f"{written} is read by this command and would be lost; name another file.")


def _as_file(value: Any) -> Path | None:
    """The plain file that a word names, or None."""
    try:
        return Path(value) if isinstance(value, str | Path) and Path(value).is_file() else None
    except OSError:  # no file has such a name
        return None


def _is_out_of_memory(error: Exception) -> bool:
    """Whether Python, NumPy or PyTorch (on a CPU or a GPU) had no memory left, or Python's stack no room."""
    if isinstance(error, (MemoryError, RecursionError)):
        return True
    return type(error).__name__ == "OutOfMemoryError" or "t allocate memory" in str(error)
