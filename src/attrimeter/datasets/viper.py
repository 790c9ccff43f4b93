"""VIPeR (Gray et al., PETS 2007): 632 persons, each once in two cameras."""

from __future__ import annotations

from pathlib import Path

from attrimeter.datasets.layout import Assumed, Layout
from attrimeter.datasets.listing import GALLERY, QUERY, TRAIN, Listing, make_dataset
from attrimeter.datasets.pictures import holds_pictures, list_pictures
from attrimeter.datasets.refusals import refuse_attributes, require_folders
from attrimeter.schemas import AttributeSchema
from attrimeter.values import PersonDataset

CAMERAS = ("cam_a", "cam_b")

ASSUMED = Assumed(
    identities="what a file's name has before its first _, one higher: person 000 is number 1",
    cameras="the folders cam_a (1) and cam_b (2)",
    splits="none was published: every second person is to train, of the others cam_a is query and cam_b "
    "gallery",
    junk="none",
)


def _recognise(root: Path) -> bool:
    return all(holds_pictures(root / camera) for camera in CAMERAS)


def _read(root: Path, *, schema: AttributeSchema | None, attributes: Path | None) -> PersonDataset:
    refuse_attributes(root, attributes)
    require_folders(root, CAMERAS, layout="viper")
    views = [{path.name.split("_")[0]: path for path in list_pictures(root / camera)} for camera in CAMERAS]
    persons = sorted(views[0].keys() | views[1].keys())
    to_train = set(persons[::2])
    listing = Listing()
    for camera, seen, side in zip(("1", "2"), views, (QUERY, GALLERY), strict=True):
        for person, path in seen.items():
            listing.add(path, person, camera, TRAIN if person in to_train else side)
    return make_dataset(root, listing, layout="viper", assumes=ASSUMED, schema=schema, zero_is_person=True)


VIPER_LAYOUT = Layout(
    name="viper",
    looks_like="cam_a/ and cam_b/ with names such as 000_45.bmp",
    assumes=ASSUMED,
    recognise=_recognise,
    read=_read,
)
"""VIPeR as it was published, which is without splits."""
