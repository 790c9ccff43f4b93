"""A table in words and numbers, the same for the terminal and for a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """A number with its 95 % interval ("[0.29, 0.33]"), or an empty string where it has none."""

    value: str
    interval: str = ""


@dataclass(frozen=True)
class Row:
    """One line of a table; ``strong`` where it is an interpreter's among baselines."""

    name: str
    cells: tuple[Cell, ...]
    strong: bool = False


@dataclass(frozen=True)
class TableView:
    """A table: its title, what each column holds (the names' column first), its rows, and a line below."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    caption: str = ""
