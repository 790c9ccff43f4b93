"""MSMT17 (Wei et al., CVPR 2018), in both versions: as published, and with blurred faces."""

from __future__ import annotations

from pathlib import Path

from attrimeter.datasets.layout import Assumed, Layout
from attrimeter.datasets.listing import GALLERY, QUERY, TRAIN, Listing, make_dataset
from attrimeter.datasets.pictures import FileNames
from attrimeter.datasets.refusals import refuse_attributes
from attrimeter.errors import DatasetError
from attrimeter.schemas import AttributeSchema
from attrimeter.storage.reading import read_limited
from attrimeter.values import PersonDataset, Skipped

VERSIONS = (("train", "test"), ("mask_train_v2", "mask_test_v2"))
LISTS = {"list_train.txt": TRAIN, "list_val.txt": TRAIN, "list_query.txt": QUERY, "list_gallery.txt": GALLERY}
MOST_BYTES = 100_000_000

ASSUMED = Assumed(
    identities="the number after the path in list_*.txt, which is from 0 both in train and in test, of "
    "other persons: those to train are one higher here, those of the test come after them",
    cameras="the third part of a file's name",
    splits="list_train.txt and list_val.txt together are to train, list_query.txt and list_gallery.txt as "
    "they say",
    junk="none",
)


def _folders(root: Path) -> tuple[str, str] | None:
    return next((pair for pair in VERSIONS if any((root / name).is_dir() for name in pair)), None)


def _recognise(root: Path) -> bool:
    return root.is_dir() and _folders(root) is not None and any((root / name).is_file() for name in LISTS)


def _read(root: Path, *, schema: AttributeSchema | None, attributes: Path | None) -> PersonDataset:
    refuse_attributes(root, attributes)
    folders = _folders(root)
    lists = {name: split for name, split in LISTS.items() if (root / name).is_file()}
    if folders is None or not lists:
        raise DatasetError(
            f"{root} lacks train/ and test/ (or mask_train_v2/ and mask_test_v2/) or {', '.join(LISTS)}, of "
            "which the layout 'msmt17' is."
        )
    listing, there = Listing(), FileNames()
    persons: list[int] = []
    for name, split in lists.items():
        for path, person, camera in _read_list(root / name, root / folders[split != TRAIN]):
            if there.has(path):
                persons.append(person)
                listing.add(Path(path), "", camera, split)
            else:
                listing.skipped.append(Skipped(Path(path), f"{name} names it, but there is no such file"))
    to_train = [person for person, split in zip(persons, listing.splits, strict=True) if split == TRAIN]
    after = max(to_train, default=-1) + 1
    listing.identities = [
        str(person if split == TRAIN else after + person)
        for person, split in zip(persons, listing.splits, strict=True)
    ]
    missing = [name for name in LISTS if name not in lists]
    if missing:
        listing.remarks.append(f"There is no {', '.join(missing)}.")
    return make_dataset(root, listing, layout="msmt17", assumes=ASSUMED, schema=schema, zero_is_person=True)


def _read_list(place: Path, folder: Path) -> list[tuple[str, int, str]]:
    """Path, person and camera of each line."""
    try:
        lines = read_limited(place, MOST_BYTES).decode().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"The list {place} cannot be read as UTF-8 text: {error}.") from error
    found = []
    for number, line in enumerate(lines, start=1):
        path, _, person = line.strip().rpartition(" ")
        parts = path.rpartition("/")[2].split("_")
        if not line.strip():
            continue
        if not (person.isascii() and person.isdigit() and len(person) < 10 and len(parts) > 2):
            raise DatasetError(
                f"Line {number} of {place} is {line[:80]!r}; it must be a path such as "
                "0000/0000_000_01_0303morning_0015_0.jpg, a space and the person's number."
            )
        found.append((f"{folder}/{path}", int(person), parts[2]))
    return found


MSMT17_LAYOUT = Layout(
    name="msmt17",
    looks_like="list_train.txt, list_val.txt, list_query.txt and list_gallery.txt beside train/ and test/, "
    "or beside mask_train_v2/ and mask_test_v2/",
    assumes=ASSUMED,
    recognise=_recognise,
    read=_read,
)
"""MSMT17 as it was published."""
