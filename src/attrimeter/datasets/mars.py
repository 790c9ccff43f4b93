"""MARS (Zheng et al., ECCV 2016): persons of Market-1501 in tracklets of video."""

from __future__ import annotations

import re
from pathlib import Path

from attrimeter.datasets.layout import Assumed, Layout
from attrimeter.datasets.listing import GALLERY, QUERY, TRAIN, Listing, make_dataset
from attrimeter.datasets.pictures import glance, list_folders, list_pictures
from attrimeter.datasets.refusals import refuse_attributes, require_folders
from attrimeter.schemas import AttributeSchema
from attrimeter.values import PersonDataset, Skipped

FOLDERS = ("bbox_train", "bbox_test")

ASSUMED = Assumed(
    identities="the first four characters of a file's name",
    cameras="the number after C in a file's name",
    splits="one picture stands for each tracklet, its first; bbox_train is to train, the first tracklet of "
    "each person and camera of bbox_test is a query and the others are the gallery (the official choice of "
    "queries, in info/query_IDX.mat, is not read)",
    junk="00-1 is junk and left out, 0000 is a distractor: a match of no query",
)

_NAME = re.compile(r"([0-9]{4}|00-1)C([0-9])T([0-9]{4})F[0-9]+")


def _recognise(root: Path) -> bool:
    return any((root / name).is_dir() for name in FOLDERS) and any(
        _NAME.match(picture)
        for name in FOLDERS
        if (root / name).is_dir()
        for folder in list_folders(root / name)[:3]
        for picture in glance(folder)
    )


def _read(root: Path, *, schema: AttributeSchema | None, attributes: Path | None) -> PersonDataset:
    refuse_attributes(root, attributes)
    require_folders(root, FOLDERS, layout="mars")
    listing = Listing()
    for name in FOLDERS:
        first: dict[tuple[str, ...], Path] = {}
        for folder in list_folders(root / name):
            for path in list_pictures(folder):
                found = _NAME.match(path.name)
                if found is None:
                    listing.skipped.append(Skipped(path, "its name is not like 0001C1T0001F001.jpg"))
                else:
                    first.setdefault(found.groups(), path)
        asked: set[tuple[str, str]] = set()
        for (person, camera, _), path in first.items():
            is_query = name == FOLDERS[1] and person != "0000" and (person, camera) not in asked
            asked.add((person, camera))
            split = TRAIN if name == FOLDERS[0] else QUERY if is_query else GALLERY
            listing.add(path, person, camera, split)
    return make_dataset(root, listing, layout="mars", assumes=ASSUMED, schema=schema)


MARS_LAYOUT = Layout(
    name="mars",
    looks_like="bbox_train/ and bbox_test/ with a folder per person and names such as 0001C1T0001F001.jpg",
    assumes=ASSUMED,
    recognise=_recognise,
    read=_read,
)
"""MARS as it was published, a picture a tracklet."""
