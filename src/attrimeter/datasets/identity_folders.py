"""A plain layout for everybody: one folder per identity."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from attrimeter.datasets.attribute_table import empty_image_set, unknown_labels
from attrimeter.datasets.layout import Layout
from attrimeter.datasets.pictures import holds_pictures, list_folders, list_pictures, parse_camera
from attrimeter.errors import DatasetError
from attrimeter.schemas import AttributeSchema
from attrimeter.values import ImageSet, PersonDataset

SPLITS = ("train", "query", "gallery")

UNKNOWN_CAMERA = 0
"""The camera of an image that names none."""

UNKNOWN_GALLERY_CAMERA = -1
"""The same in a gallery: another number, because the protocol drops what the query's own camera took."""


def unknown_camera(split: str) -> int:
    """The camera of an image of ``split`` that names none."""
    return UNKNOWN_GALLERY_CAMERA if split == "gallery" else UNKNOWN_CAMERA


def _split_folders(root: Path) -> dict[str, Path]:
    """The folders of the splits where the root has such, else the root itself as ``train``."""
    found = {split: root / split for split in SPLITS if (root / split).is_dir()}
    return found or {"train": root}


def _recognise(root: Path) -> bool:
    return root.is_dir() and any(
        holds_pictures(folder) for split in _split_folders(root).values() for folder in list_folders(split)
    )


def _read(root: Path, *, schema: AttributeSchema | None, attributes: Path | None) -> PersonDataset:
    """Identities are the folders' names, numbered from 1 in sorted order over all splits together."""
    if attributes is not None:
        raise DatasetError(
            f"An attribute file cannot be matched with the named folders of {root}; "
            "list the images in a CSV with a column per attribute instead."
        )
    if not _recognise(root):
        raise DatasetError(f"{root} holds no folders of images; the layout 'folder' has one per identity.")
    splits = _split_folders(root)
    names = sorted({folder.name for split in splits.values() for folder in list_folders(split)})
    numbers = {name: number for number, name in enumerate(names, start=1)}
    count = 0 if schema is None else len(schema)
    train, query, gallery = (
        _read_split(splits[split], split, numbers=numbers, attributes=count)
        if split in splits
        else empty_image_set(count)
        for split in SPLITS
    )
    return PersonDataset(
        name=root.resolve().name,
        root=root,
        schema_name=None if schema is None else schema.name,
        train=train,
        query=query,
        gallery=gallery,
    )


def _read_split(root: Path, split: str, *, numbers: dict[str, int], attributes: int) -> ImageSet:
    paths = [path for folder in list_folders(root) for path in list_pictures(folder)]
    cameras = [parse_camera(path.name) for path in paths]
    return ImageSet(
        paths=tuple(paths),
        identities=np.array([numbers[path.parent.name] for path in paths], dtype=np.int64),
        cameras=np.array([unknown_camera(split) if c is None else c for c in cameras], dtype=np.int64),
        labels=unknown_labels(len(paths), attributes),
    )


FOLDER_LAYOUT = Layout(
    name="folder",
    looks_like="<identity>/*.jpg, or train/, query/ and gallery/ with <identity>/*.jpg in each",
    recognise=_recognise,
    read=_read,
)
"""One folder per identity; the camera is what follows ``_c`` in a file's name, where there is any."""
