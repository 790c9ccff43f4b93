"""A data set as a CSV list of open-metric-learning: ``label,path,split,is_query,is_gallery``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from attrimeter.datasets.csv_list import existing_rows, missing_files, refuse_cell
from attrimeter.datasets.csv_table import CsvTable, find_list, read_table
from attrimeter.datasets.layout import Assumed, Layout
from attrimeter.datasets.listing import GALLERY, QUERY, TRAIN, Listing, make_dataset
from attrimeter.datasets.refusals import refuse_attributes
from attrimeter.errors import DatasetError
from attrimeter.schemas import AttributeSchema
from attrimeter.values import PersonDataset

NEEDED = ("path", "label", "split")
FLAGS = ("is_query", "is_gallery")
BOXES = ("x_1", "x_2", "y_1", "y_2")
_FLAG = {"": False, "true": True, "false": False, "1": True, "0": False, "1.0": True, "0.0": False}

ASSUMED = Assumed(
    identities="the column label, one higher: label 0 is number 1",
    cameras="the column camera, which open-metric-learning does without",
    splits="split train is to train; of validation is_query and is_gallery say what is which, also both at "
    "once",
    junk="a negative label is junk and left out; there are no distractors",
)


def _recognise(root: Path) -> bool:
    return find_list(root, (*NEEDED, *FLAGS)) is not None


def _read(root: Path, *, schema: AttributeSchema | None, attributes: Path | None) -> PersonDataset:
    """Paths are relative to the CSV's folder."""
    refuse_attributes(root, attributes)
    place = root if root.is_file() else find_list(root, (*NEEDED, *FLAGS))
    if place is None:
        raise DatasetError(
            f"{root} is neither a .csv file nor a folder with exactly one that has the columns "
            f"{', '.join((*NEEDED, *FLAGS))}; name the file."
        )
    table = read_table(place, needed=NEEDED, wanted=[*FLAGS, "camera", *BOXES])
    if any(any(table.columns.get(box, ())) for box in BOXES):
        raise DatasetError(
            f"The list {place} cuts persons out of larger pictures by x_1, x_2, y_1 and y_2; cut them out "
            "first and list the crops."
        )
    listing, rows = Listing(), existing_rows(table)
    _add_rows(table, rows, listing)
    listing.skipped.extend(missing_files(table, rows))
    return make_dataset(
        root, listing, layout="oml", assumes=ASSUMED, schema=schema, name=place.stem, zero_is_person=True
    )


def _add_rows(table: CsvTable, rows: Sequence[int], listing: Listing) -> None:
    paths, labels, splits = (table.columns[name] for name in NEEDED)
    flags = [_read_flags(table, name) for name in FLAGS]
    cameras = table.columns.get("camera")
    for row in rows:
        camera = (cameras[row] or None) if cameras else None
        if splits[row] not in ("train", "validation"):
            raise refuse_cell(table, "split", row, "train or validation")
        sides = (
            [TRAIN]
            if splits[row] == "train"
            else [s for s, f in zip((QUERY, GALLERY), flags, strict=True) if f[row]]
        )
        for side in sides:
            listing.add(table.place.parent / paths[row], labels[row], camera, side)


def _read_flags(table: CsvTable, name: str) -> list[bool]:
    cells = [cell.lower() for cell in table.columns.get(name, [""] * len(table.lines))]
    wrong = next((row for row, cell in enumerate(cells) if cell not in _FLAG), None)
    if wrong is not None:
        raise refuse_cell(table, name, wrong, "True, False or empty")
    return [_FLAG[cell] for cell in cells]


OML_LAYOUT = Layout(
    name="oml",
    looks_like="a .csv file (or a folder with one) with the columns label, path, split, is_query and "
    "is_gallery",
    assumes=ASSUMED,
    recognise=_recognise,
    read=_read,
)
"""A list as open-metric-learning takes it."""
