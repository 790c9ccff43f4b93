"""The console for tables of 100 columns."""

from __future__ import annotations

from rich.console import Console

from attrimeter.figures.checkpoint_text import COLUMNS


def wide_console() -> Console:
    """The terminal as it is; 100 columns where the output goes to a file or a program."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(width=COLUMNS, highlight=False)
