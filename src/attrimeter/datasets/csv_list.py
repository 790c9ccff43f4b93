"""A data set as a CSV list: ``path,identity,camera[,split][,attribute...]``."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from attrimeter.datasets.identity_folders import SPLITS, unknown_camera
from attrimeter.datasets.layout import Layout
from attrimeter.errors import DatasetError
from attrimeter.schemas import AttributeSchema
from attrimeter.values import ImageSet, PersonDataset, Skipped

_OWN_COLUMNS = ("path", "identity", "camera", "split")
_CODES = {"": -1, "0": 0, "1": 1}


@dataclass(frozen=True)
class _Row:
    path: Path
    identity: str
    camera: int
    split: str
    labels: tuple[int, ...]


def _find_list(root: Path) -> Path | None:
    if root.is_file():
        return root if root.suffix.lower() == ".csv" else None
    lists = [path for path in root.iterdir() if path.suffix.lower() == ".csv" and path.is_file()]
    return lists[0] if len(lists) == 1 else None


def _recognise(root: Path) -> bool:
    return _find_list(root) is not None


def _read(root: Path, *, schema: AttributeSchema | None, attributes: Path | None) -> PersonDataset:
    """Paths are relative to the CSV's folder; columns are found by name, in any order.

    Whole numbers as identities are kept (0 distractor, -1 dropped); others are numbered from 1 in sorted
    order. An attribute's column bears its name or its field and holds 0, 1 or nothing (unknown). Missing
    files and unknown columns are reported in ``skipped``.
    """
    if attributes is not None:
        raise DatasetError(
            f"A CSV list takes no attribute file; write the attributes into {root} as columns."
        )
    place = _find_list(root)
    if place is None:
        raise DatasetError(f"{root} is neither a .csv file nor a folder with exactly one.")
    header, lines = _read_lines(place)
    columns, unknown = _match_columns(header, schema)
    skipped = [Skipped(place, f"the column {name!r} is no attribute of the schema") for name in unknown]
    rows: list[_Row] = []
    for number, line in lines:
        row = _read_row(dict(zip(header, line, strict=False)), columns, place=place, number=number)
        if row.path.is_file():
            rows.append(row)
        else:
            skipped.append(
                Skipped(row.path, f"line {number} of {place.name} names it, but there is no such file")
            )
    numbers = _number_identities([row.identity for row in rows])
    kept = [row for row in rows if numbers[row.identity] != -1]
    train, query, gallery = (
        _image_set([row for row in kept if row.split == split], numbers, len(columns)) for split in SPLITS
    )
    return PersonDataset(
        name=place.stem,
        root=root,
        schema_name=None if schema is None else schema.name,
        train=train,
        query=query,
        gallery=gallery,
        skipped=tuple(skipped),
    )


CSV_LAYOUT = Layout(
    name="csv",
    looks_like="a .csv file (or a folder with one) with the columns path, identity, camera and, if you like, "
    "split and one per attribute",
    recognise=_recognise,
    read=_read,
)
"""A list of images with whatever is known about them."""


def _read_lines(place: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    try:
        with place.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream)
            header = [name.strip() for name in next(reader, [])]
            lines = [(reader.line_num, [cell.strip() for cell in line]) for line in reader if any(line)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"The list {place} cannot be read as comma-separated UTF-8: {error}.") from error
    missing = [name for name in ("path", "identity") if name not in header]
    repeated = [name for name in header if header.count(name) > 1]
    if missing or repeated:
        fault = f"lacks the column {missing[0]!r}" if missing else f"has the column {repeated[0]!r} twice"
        raise DatasetError(f"The list {place} {fault}; its first line must read path,identity,camera,...")
    return header, lines


def _match_columns(
    header: Sequence[str], schema: AttributeSchema | None
) -> tuple[list[str | None], list[str]]:
    """For each attribute of the schema its column, if any; and the columns that are nothing known."""
    if schema is None:
        return [], []
    columns: list[str | None] = [
        next((name for name in (attribute.name, attribute.field) if name in header), None)
        for attribute in schema.attributes
    ]
    return columns, [name for name in header if name not in _OWN_COLUMNS and name not in columns]


def _read_row(cells: dict[str, str], columns: list[str | None], *, place: Path, number: int) -> _Row:
    def refuse(column: str, needed: str) -> DatasetError:
        given = cells.get(column, "")
        return DatasetError(f"Line {number} of {place} has {column} {given!r}; it must be {needed}.")

    for column in ("path", "identity"):
        if not cells.get(column):
            raise refuse(column, "filled in")
    split = cells.get("split") or "train"
    if split not in SPLITS:
        raise refuse("split", f"one of {', '.join(SPLITS)}")
    try:
        camera = int(cells.get("camera") or unknown_camera(split))
    except ValueError:
        raise refuse("camera", "a whole number") from None
    labels = []
    for name in columns:
        cell = "" if name is None else cells.get(name, "")
        if cell not in _CODES:
            raise refuse(str(name), "0, 1 or empty")
        labels.append(_CODES[cell])
    return _Row(place.parent / cells["path"], cells["identity"], camera, split, tuple(labels))


def _number_identities(identities: Sequence[str]) -> dict[str, int]:
    try:
        return {identity: int(identity) for identity in identities}
    except ValueError:
        return {identity: number for number, identity in enumerate(sorted(set(identities)), start=1)}


def _image_set(rows: Sequence[_Row], numbers: dict[str, int], attributes: int) -> ImageSet:
    return ImageSet(
        paths=tuple(row.path for row in rows),
        identities=np.array([numbers[row.identity] for row in rows], dtype=np.int64),
        cameras=np.array([row.camera for row in rows], dtype=np.int64),
        labels=np.array([row.labels for row in rows], dtype=np.int8).reshape(len(rows), attributes),
    )
