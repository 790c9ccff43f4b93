"""Reading a CSV file column by column, within limits."""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from attrimeter.errors import DatasetError
from attrimeter.storage.reading import open_regular

MOST_ROWS = 1_000_000
"""The longest list that is read; the largest public ReID set has 0.2 million images."""

MOST_COLUMNS = 1_000
MOST_BYTES = 500_000_000
MOST_HEADER = 100_000
"""Characters of the first line."""


@dataclass(frozen=True)
class CsvTable:
    """The wanted columns of a CSV file.

    Attributes:
        place: the file.
        header: the names of all columns.
        needed: those of which no cell may be empty.
        columns: name -> its cells, stripped, "" where a line ends early.
        lines: the number of the line that each row ends on.
    """

    place: Path
    header: tuple[str, ...]
    needed: tuple[str, ...]
    columns: dict[str, list[str]]
    lines: list[int]


def read_header(place: Path) -> tuple[str, ...]:
    """The names of the columns of a CSV file; () where it cannot be read as one."""
    try:
        with open_regular(place) as stream:
            line = stream.readline(MOST_HEADER).decode("utf-8-sig")
        return tuple(name.strip() for name in next(csv.reader([line]), []))
    except (OSError, UnicodeDecodeError, csv.Error):
        return ()


def read_table(place: Path, *, needed: Sequence[str], wanted: Sequence[str]) -> CsvTable:
    """Read the columns that are ``needed``, and those of ``wanted`` that are there.

    Raises:
        DatasetError: no comma-separated UTF-8, a needed column that is missing, a name that stands twice,
        or more
            than ``MOST_ROWS`` rows or ``MOST_COLUMNS`` columns.
    """
    try:
        with open_regular(place) as raw, io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as stream:
            _check_size(place, os.fstat(raw.fileno()).st_size)
            reader = csv.reader(stream)
            header = tuple(name.strip() for name in next(reader, []))
            _check_header(place, header, needed)
            chosen = [
                (name, header.index(name))
                for name in {**dict.fromkeys(needed), **dict.fromkeys(wanted)}
                if name in header
            ]
            columns: dict[str, list[str]] = {name: [] for name, _ in chosen}
            fill = [(columns[name].append, index) for name, index in chosen]
            once: dict[str, str] = {}  # most cells stand in many rows
            lines: list[int] = []
            for row in reader:
                if not any(row):
                    continue
                lines.append(reader.line_num)
                if len(lines) > MOST_ROWS:
                    raise DatasetError(
                        f"The list {place} has more than {MOST_ROWS:,} rows, which is the most; split it."
                    )
                for append, index in fill:
                    cell = row[index].strip() if index < len(row) else ""
                    append(once.setdefault(cell, cell))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"The list {place} cannot be read as comma-separated UTF-8: {error}.") from error
    return CsvTable(place, header, tuple(needed), columns, lines)


def _check_size(place: Path, size: int) -> None:
    if size > MOST_BYTES:
        raise DatasetError(
            f"The list {place} has {size:,} bytes and at most {MOST_BYTES:,} are read; split it, or leave "
            f"out "
            "what is no attribute."
        )


def _check_header(place: Path, header: Sequence[str], needed: Sequence[str]) -> None:
    if len(header) > MOST_COLUMNS:
        raise DatasetError(
            f"The list {place} has {len(header):,} columns and at most {MOST_COLUMNS:,} are read; leave out "
            "what is no attribute."
        )
    missing = [name for name in needed if name not in header]
    twice = [name for name, count in Counter(header).items() if count > 1 and name]
    if missing or twice:
        fault = f"lacks the column {missing[0]!r}" if missing else f"has the column {twice[0]!r} twice"
        raise DatasetError(f"The list {place} {fault}; its first line must read path,identity,camera,...")


def find_list(root: Path, needed: Sequence[str]) -> Path | None:
    """The file itself, or the only one in a folder whose first line has the needed columns."""
    if root.is_file():
        return root if root.suffix.lower() == ".csv" and _fits(root, needed) else None
    if not root.is_dir():
        return None
    with os.scandir(root) as entries:
        lists = [root / entry.name for entry in entries if entry.name.lower().endswith(".csv")]
    fitting = [path for path in lists if _fits(path, needed)]
    return fitting[0] if len(fitting) == 1 else None


def _fits(place: Path, needed: Sequence[str]) -> bool:
    return set(needed) <= set(read_header(place))
