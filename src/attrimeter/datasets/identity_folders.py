"""A plain layout for everybody: one folder per identity."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from attrimeter.datasets.layout import Assumed, Layout
from attrimeter.datasets.listing import GALLERY, QUERY, TRAIN, Listing, make_dataset
from attrimeter.datasets.pictures import holds_pictures, list_folders, list_pictures, parse_camera
from attrimeter.datasets.refusals import refuse_attributes
from attrimeter.errors import DatasetError
from attrimeter.schemas import AttributeSchema
from attrimeter.values import PersonDataset

TEST = "test"
SOURCES: dict[str, tuple[tuple[str, ...], ...]] = {
    TRAIN: (
        ("train_all",),
        ("train", "val"),
        ("train", "valid"),
        ("train", "validation"),
        ("train",),
        ("val",),
    ),
    QUERY: (("query",), ("probe",)),
    GALLERY: (("gallery",),),
}
"""For each split the folders that it may be read from: the first of which all are there."""

ASSUMED = Assumed(
    identities="the folders' names",
    cameras="the number after _c in a file's name, if there is one",
    splits="everything is to train, unless there are folders train, val, query, gallery or test; train_all, "
    "else train and val, is to train; of test, where there is no query, the first picture of each person "
    "and camera is a query and the others are the gallery",
    junk="-1 and 00-1 (any negative number) are junk and left out, 0 is a distractor: a match of no query",
)

_NO_PERSON = re.compile(
    r"((image|img|bbox|bounding_box|mask|data|pic|photo|frame)s?|release|raw)?[_ -]*"
    r"(train(ing)?|test(ing)?|val(id(ation)?)?|quer(y|ies)|probes?|gallery|all|images?|imgs?|data(set)?|pictures?|"
    r"photos?|frames?|crops?|detected|labell?ed|cam(era)?s?[_ -]?[0-9a-z]?)([_ -]?(v?[0-9]+|set|dir|data))?",
    re.IGNORECASE,
)


def _holds_folders(folder: Path) -> bool:
    """Whether there are folders with pictures in it, whatever they are."""
    return folder.is_dir() and any(holds_pictures(inside) for inside in list_folders(folder))


def _holds_persons(folder: Path) -> bool:
    """The same, where most of them are no splits or cameras."""
    return _holds_folders(folder) and not looks_like_splits(folder)


def split_folders(root: Path) -> dict[str, tuple[Path, ...]]:
    """The folders of persons that each split is read from; ``test`` where it is yet to be split."""
    there = {name for names in (*SOURCES.values(), ((TEST,),)) for group in names for name in group}
    there = {name for name in there if _holds_persons(root / name)}
    found = {}
    for split, sources in SOURCES.items():
        chosen = next((names for names in sources if there.issuperset(names)), None)
        if chosen is not None:
            found[split] = tuple(root / name for name in chosen)
    if TEST in there and QUERY not in found and GALLERY not in found:
        found[TEST] = (root / TEST,)
    return found


def looks_like_splits(root: Path) -> list[str]:
    """Names of folders with pictures directly in ``root`` that are no persons' but a split's or a camera's.

    Empty where more of the folders bear other names.
    """
    if not root.is_dir():
        return []
    folders = list_folders(root)
    wrong = [
        folder.name for folder in folders if _NO_PERSON.fullmatch(folder.name) and holds_pictures(folder)
    ]
    return wrong if 2 * len(wrong) >= len(folders) else []


def _recognise(root: Path) -> bool:
    return root.is_dir() and (bool(split_folders(root)) or _holds_persons(root))


def _read(root: Path, *, schema: AttributeSchema | None, attributes: Path | None) -> PersonDataset:
    refuse_attributes(root, attributes)
    splits = split_folders(root) or ({TRAIN: (root,)} if _holds_folders(root) else {})
    if not splits:
        raise DatasetError(f"{root} holds no folders of images; the layout 'folder' has one per identity.")
    return read_folders(root, splits, layout="folder", assumes=ASSUMED, schema=schema)


def read_folders(
    root: Path,
    splits: Mapping[str, Sequence[Path]],
    *,
    layout: str,
    assumes: Assumed,
    schema: AttributeSchema | None,
) -> PersonDataset:
    """The data set of which each split's folders hold a folder per person."""
    listing = Listing()
    for split, folders in splits.items():
        asked: set[tuple[str, str | None]] = set()
        for folder in (inside for place in folders for inside in list_folders(place)):
            for path in list_pictures(folder):
                person = folder.name, parse_camera(path.name)
                side = split
                if split == TEST:
                    side = GALLERY if person in asked else QUERY
                    asked.add(person)
                listing.add(path, *person, side)
    listing.remarks.extend(_left_out(root, splits))
    return make_dataset(root, listing, layout=layout, assumes=assumes, schema=schema)


def _left_out(root: Path, splits: Mapping[str, Sequence[Path]]) -> list[str]:
    """What lies beside and is not read."""
    read = {folder.name for folders in splits.values() for folder in folders}
    found = []
    if root.name not in read:
        beside = [
            folder.name for folder in list_folders(root) if folder.name not in read and _has_images(folder)
        ]
        if beside:
            shown = ", ".join(beside[:5]) + (", ..." if len(beside) > 5 else "")
            found.append(f"Beside {', '.join(sorted(read))} the folders {shown} are not read.")
    if holds_pictures(root):
        found.append(f"The pictures directly in {root.resolve().name} are not read.")
    if TEST in splits:
        found.append(
            "Of test the first picture of each person and camera is a query and the others are the gallery: "
            "its own split is not known."
        )
    return found


def _has_images(folder: Path) -> bool:
    return holds_pictures(folder) or _holds_folders(folder)


FOLDER_LAYOUT = Layout(
    name="folder",
    looks_like="<identity>/*.jpg, or train/, val/, query/ and gallery/ (or test/) with <identity>/*.jpg in "
    "each",
    assumes=ASSUMED,
    recognise=_recognise,
    read=_read,
)
"""One folder per identity; the camera is what follows ``_c`` in a file's name, where there is any."""
