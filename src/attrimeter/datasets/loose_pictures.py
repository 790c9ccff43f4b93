"""A gallery of pictures of whom nobody knows who they are."""

from __future__ import annotations

from pathlib import Path

from attrimeter.datasets.layout import Assumed, Layout
from attrimeter.datasets.listing import GALLERY, Listing, make_dataset
from attrimeter.datasets.names import DISTRACTOR_IDENTITY
from attrimeter.datasets.pictures import holds_pictures, list_pictures, parse_camera, parse_person
from attrimeter.datasets.refusals import refuse_attributes
from attrimeter.schemas import AttributeSchema
from attrimeter.values import PersonDataset

ASSUMED = Assumed(
    identities="the number that a file's name begins with if all are like 0001_c2..., else none: every "
    "picture is of somebody unknown (identity 0)",
    cameras="the number after _c in a file's name, if there is one",
    splits="everything is gallery: nothing to train, no queries",
)


def _recognise(root: Path) -> bool:
    return holds_pictures(root)


def _read(root: Path, *, schema: AttributeSchema | None, attributes: Path | None) -> PersonDataset:
    refuse_attributes(root, attributes)
    listing, paths = Listing(), list_pictures(root) if root.is_dir() else []
    persons = [parse_person(path.name) for path in paths]
    named = None not in persons
    for path, person in zip(paths, persons, strict=True):
        identity = person[0] if named and person is not None else str(DISTRACTOR_IDENTITY)
        listing.add(path, identity, parse_camera(path.name), GALLERY)
    if not named:
        listing.remarks.append(
            "The pictures name no identities: they can be explained, but nobody is known in them."
        )
    return make_dataset(root, listing, layout="pictures", assumes=ASSUMED, schema=schema)


PICTURES_LAYOUT = Layout(
    name="pictures",
    looks_like="a folder with pictures directly in it",
    assumes=ASSUMED,
    recognise=_recognise,
    read=_read,
)
"""Pictures and nothing else, as a gallery."""
