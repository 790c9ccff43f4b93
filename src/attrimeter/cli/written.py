"""What a command wrote, named where it does not mix with the result."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import typer


def name_written(paths: Iterable[Path | None]) -> None:
    """Name each file on standard error; None, a file that was not asked for, is passed over."""
    for path in paths:
        if path is not None:
            typer.echo(f"wrote {path}", err=True)
