"""A table that writes names as they are, whatever brackets they hold."""

from __future__ import annotations

from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from attrimeter.legible import legible_lines


class LiteralTable(Table):
    """A rich table in whose cells and headers nothing is read as markup."""

    def add_column(self, header: RenderableType = "", *rest: Any, **how: Any) -> None:
        """As in rich, with a plain text taken literally."""
        super().add_column(_literal(header), *rest, **how)

    def add_row(self, *cells: RenderableType | None, **how: Any) -> None:
        """As in rich, with plain texts taken literally."""
        super().add_row(*map(_literal, cells), **how)


def _literal(cell: Any) -> Any:
    return Text(legible_lines(cell)) if isinstance(cell, str) else cell
