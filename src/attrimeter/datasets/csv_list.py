"""A data set as a CSV list: ``path,identity,camera[,split][,attribute...]``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Int8

from attrimeter.arrays import Array
from attrimeter.datasets.csv_table import MOST_COLUMNS, MOST_ROWS, CsvTable, find_list, read_table
from attrimeter.datasets.layout import Assumed, Layout
from attrimeter.datasets.listing import SPLITS, TRAIN, Listing, make_dataset
from attrimeter.datasets.pictures import FileNames
from attrimeter.errors import DatasetError
from attrimeter.schemas import AttributeSchema
from attrimeter.values import PersonDataset, Skipped

NEEDED = ("path", "identity")
OWN_COLUMNS = (*NEEDED, "camera", "split")
_CODES = {"": -1, "0": 0, "1": 1, "0.0": 0, "1.0": 1}

ASSUMED = Assumed(
    identities="the column identity",
    cameras="the column camera, if there is one",
    splits="the column split (train, query or gallery); all to train where there is none",
)


def _recognise(root: Path) -> bool:
    if root.is_file():
        return root.suffix.lower() == ".csv"
    return find_list(root, NEEDED) is not None


def _read(root: Path, *, schema: AttributeSchema | None, attributes: Path | None) -> PersonDataset:
    """Paths are relative to the CSV's folder; columns are found by name, in any order.

    An attribute's column bears its name or its field and holds 0, 1 or nothing (unknown). Missing files and
    unknown columns are reported in ``skipped``.
    """
    if attributes is not None:
        raise DatasetError(
            f"A CSV list takes no attribute file; write the attributes into {root} as columns."
        )
    place = root if root.is_file() else find_list(root, NEEDED)
    if place is None:
        raise DatasetError(
            f"{root} is neither a .csv file nor a folder with exactly one that has the columns path and "
            "identity; name the file."
        )
    names = [] if schema is None else [name for a in schema.attributes for name in (a.name, a.field)]
    table = read_table(place, needed=NEEDED, wanted=[*OWN_COLUMNS, *names])
    listing, rows = Listing(), existing_rows(table)
    _add_rows(table, rows, listing)
    if schema is not None:
        columns = _match_columns(table.header, schema)
        known = {*OWN_COLUMNS, *columns}
        listing.skipped.extend(
            Skipped(place, f"the column {name!r} is no attribute of the schema")
            for name in table.header
            if name not in known
        )
        listing.labels = _read_labels(table, columns, rows)
    listing.skipped.extend(missing_files(table, rows))
    return make_dataset(root, listing, layout="csv", assumes=ASSUMED, schema=schema, name=place.stem)


CSV_LAYOUT = Layout(
    name="csv",
    looks_like="a .csv file (or a folder with one) with the columns path, identity, camera and, if you "
    f"like, split and one per attribute, up to {MOST_ROWS:,} rows and {MOST_COLUMNS:,} columns",
    assumes=ASSUMED,
    recognise=_recognise,
    read=_read,
)
"""A list of images with whatever is known about them."""


def existing_rows(table: CsvTable) -> list[int]:
    """The rows of which the file is there. Raises DatasetError where a needed cell is empty."""
    there, base = FileNames(), str(table.place.parent)
    needed = [(name, cells) for name, cells in table.columns.items() if name in table.needed]
    for name, cells in needed:
        if "" in cells:
            raise refuse_cell(table, name, cells.index(""), "filled in")
    return [
        row
        for row, path in enumerate(table.columns["path"])
        if there.has(f"{base}/{path}" if path[0] != "/" else path)
    ]


def missing_files(table: CsvTable, rows: Sequence[int]) -> list[Skipped]:
    """What the list names and is not there."""
    there, paths = set(rows), table.columns["path"]
    return [
        Skipped(
            table.place.parent / path,
            f"line {table.lines[row]} of {table.place.name} names it, but there is no such file",
        )
        for row, path in enumerate(paths)
        if row not in there
    ]


def refuse_cell(table: CsvTable, column: str, row: int, needed: str) -> DatasetError:
    """The error that a cell deserves."""
    given = table.columns[column][row]
    shown = given if len(given) <= 80 else f"{given[:80]}..."
    return DatasetError(
        f"Line {table.lines[row]} of {table.place} has {column} {shown!r}; it must be {needed}."
    )


def _add_rows(table: CsvTable, rows: Sequence[int], listing: Listing) -> None:
    paths, identities = (table.columns[name] for name in NEEDED)
    cameras, splits = table.columns.get("camera"), table.columns.get("split")
    if splits is not None:
        wrong = next((row for row, split in enumerate(splits) if split and split not in SPLITS), None)
        if wrong is not None:
            raise refuse_cell(table, "split", wrong, f"one of {', '.join(SPLITS)}")
    parent = table.place.parent
    for row in rows:
        listing.add(
            parent / paths[row],
            identities[row],
            (cameras[row] or None) if cameras else None,
            (splits[row] or TRAIN) if splits else TRAIN,
        )


def _match_columns(header: Sequence[str], schema: AttributeSchema) -> list[str | None]:
    """For each attribute of the schema its column, if any."""
    there = set(header)
    return [
        next((name for name in (attribute.name, attribute.field) if name in there), None)
        for attribute in schema.attributes
    ]


def _read_labels(
    table: CsvTable, columns: Sequence[str | None], rows: Sequence[int]
) -> Int8[Array, "images attr"]:
    labels = np.full((len(table.lines), len(columns)), -1, dtype=np.int8)
    for index, name in enumerate(columns):
        if name is not None:
            cells = table.columns[name]
            wrong = next((row for row, cell in enumerate(cells) if cell not in _CODES), None)
            if wrong is not None:
                raise refuse_cell(table, name, wrong, "0, 1 or empty")
            labels[:, index] = [_CODES[cell] for cell in cells]
    return labels[np.asarray(rows, dtype=np.int64)]
