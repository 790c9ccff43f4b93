"""The layout that Market-1501 and DukeMTMC-reID share: three folders, identity and camera in the names."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from attrimeter.datasets.attribute_table import AttributeTable, unknown_labels
from attrimeter.datasets.layout import Layout
from attrimeter.datasets.market_attribute import read_market_attributes
from attrimeter.datasets.pictures import is_picture, list_pictures, parse_person
from attrimeter.errors import DatasetError
from attrimeter.schemas import SCHEMAS, AttributeSchema
from attrimeter.values import ImageSet, PersonDataset, Skipped

TRAIN, QUERY, GALLERY = "bounding_box_train", "query", "bounding_box_test"
JUNK_IDENTITY = -1
MASKS = "part_masks"

_DUKE_NAME = re.compile(r"-?\d+_c\d+_f\d+")
_ATTRIBUTE_FILES = {"market1501": "market_attribute.mat", "dukemtmc": "duke_attribute.mat"}


def _looks_official(root: Path) -> bool:
    return (root / TRAIN).is_dir() or (root / GALLERY).is_dir()


def _looks_like_duke(root: Path) -> bool:
    if not _looks_official(root):
        return False
    folder = root / TRAIN if (root / TRAIN).is_dir() else root / GALLERY
    first = next((path for path in folder.iterdir() if is_picture(path)), None)
    return first is not None and _DUKE_NAME.match(first.name) is not None


def _read_market1501(root: Path, *, schema: AttributeSchema | None, attributes: Path | None) -> PersonDataset:
    return _read_official(root, layout="market1501", schema=schema, attributes=attributes)


def _read_dukemtmc(root: Path, *, schema: AttributeSchema | None, attributes: Path | None) -> PersonDataset:
    return _read_official(root, layout="dukemtmc", schema=schema, attributes=attributes)


DUKEMTMC_LAYOUT = Layout(
    name="dukemtmc",
    looks_like=f"{TRAIN}/, {QUERY}/ and {GALLERY}/ with names such as 0001_c2_f0046182.jpg",
    recognise=_looks_like_duke,
    read=_read_dukemtmc,
)
"""DukeMTMC-reID as it was published; its attributes are ``duke_attribute.mat``."""

MARKET1501_LAYOUT = Layout(
    name="market1501",
    looks_like=f"{TRAIN}/, {QUERY}/ and {GALLERY}/ with names such as 0002_c1s1_000451_03.jpg",
    recognise=_looks_official,
    read=_read_market1501,
)
"""Market-1501 as it was published; its attributes are ``market_attribute.mat``."""


def _read_official(
    root: Path, *, layout: str, schema: AttributeSchema | None, attributes: Path | None
) -> PersonDataset:
    schema = schema or SCHEMAS[layout]
    for name in (TRAIN, QUERY, GALLERY):
        if not (root / name).is_dir():
            raise DatasetError(
                f"{root} lacks the folder {name}; the layout {layout!r} has {TRAIN}, {QUERY} and {GALLERY}."
            )
    skipped: list[Skipped] = []
    place = attributes or _find_attributes(root, _ATTRIBUTE_FILES[layout])
    table = None if place is None else read_market_attributes(place, schema=schema)
    if place is not None and table is not None and table.missing_fields:
        fields = ", ".join(table.missing_fields)
        skipped.append(Skipped(place, f"lacks the field {fields}; what it would say counts as unknown"))
    train, query, gallery = (
        _read_split(root, name, table=table, attributes=len(schema), skipped=skipped)
        for name in (TRAIN, QUERY, GALLERY)
    )
    return PersonDataset(
        name=root.resolve().name,
        root=root,
        schema_name=schema.name,
        train=train,
        query=query,
        gallery=gallery,
        skipped=tuple(skipped),
    )


def _read_split(
    root: Path, name: str, *, table: AttributeTable | None, attributes: int, skipped: list[Skipped]
) -> ImageSet:
    paths: list[Path] = []
    persons: list[tuple[int, int]] = []
    for path in list_pictures(root / name):
        person = parse_person(path.name)
        if person is None:
            skipped.append(Skipped(path, "its name does not begin with <identity>_c<camera>"))
        elif person[0] != JUNK_IDENTITY:
            paths.append(path)
            persons.append(person)
    identities, cameras = np.array(persons, dtype=np.int64).reshape(-1, 2).T
    labels = unknown_labels(len(paths), attributes) if table is None else table.labels_of(identities)
    ages = None if table is None or not table.ages.any() else table.ages_of(identities)
    return ImageSet(
        paths=tuple(paths),
        identities=identities,
        cameras=cameras,
        labels=labels,
        masks=_find_masks(root / MASKS / name, paths),
        ages=ages,
    )


def _find_attributes(root: Path, name: str) -> Path | None:
    places = (root / name, root.resolve().parent / name)
    return next((place for place in places if place.is_file()), None)


def _find_masks(folder: Path, paths: list[Path]) -> tuple[Path, ...] | None:
    if not folder.is_dir():
        return None
    there = {path.name for path in folder.iterdir()}
    masks = tuple(folder / f"{path.stem}.png" for path in paths)
    missing = [mask for mask in masks if mask.name not in there]
    if missing:
        raise DatasetError(
            f"{len(missing)} part masks are missing, the first is {missing[0]}; add them, or remove the "
            f"folder {folder}."
        )
    return masks
