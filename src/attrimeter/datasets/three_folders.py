"""Data sets of three folders, to train, queries and gallery: Market-1501, DukeMTMC-reID, VeRi-776, CUHK03."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from attrimeter.datasets.attribute_file import add_attributes
from attrimeter.datasets.layout import Assumed, Layout
from attrimeter.datasets.listing import SPLITS, Listing, make_dataset
from attrimeter.datasets.pictures import glance, list_pictures, parse_person
from attrimeter.errors import DatasetError
from attrimeter.schemas import AttributeSchema
from attrimeter.schemas.dukemtmc import DUKEMTMC
from attrimeter.schemas.market1501 import MARKET1501
from attrimeter.values import ImageSet, PersonDataset, Skipped

BOUNDING_BOXES = ("bounding_box_train", "query", "bounding_box_test")
ATTRIBUTE_FILES = {"market_attribute.mat": MARKET1501, "duke_attribute.mat": DUKEMTMC}
MASKS = "part_masks"

IN_NAMES = Assumed(
    identities="the number that a file's name begins with",
    cameras="the number after _c in a file's name",
    splits="as the folders say",
)


@dataclass(frozen=True)
class ThreeFolders:
    """How one data set uses its three folders.

    Attributes:
        name: of the layout.
        folders: those to train on, of queries and of gallery.
        names: what its pictures' names begin with; None where any will do.
        schema: its own attributes, None where none were published.
        attribute_file: in which file, in the data set's folder or beside it.
    """

    name: str
    folders: tuple[str, str, str]
    names: re.Pattern[str] | None = None
    schema: AttributeSchema | None = None
    attribute_file: str | None = None

    def layout(self, looks_like: str) -> Layout:
        """The catalogue's entry."""
        return Layout(
            name=self.name,
            looks_like=looks_like,
            assumes=IN_NAMES,
            recognise=self.recognise,
            read=self.read,
        )

    def recognise(self, root: Path) -> bool:
        """Whether the folder to train on or the gallery is there, and most names in the three are such."""
        if not any((root / name).is_dir() for name in (self.folders[0], self.folders[2])):
            return False
        if self.names is None:
            return True
        seen = [name for folder in self.folders for name in glance(root / folder)]
        return 2 * sum(self.names.match(name) is not None for name in seen) > len(seen)

    def read(self, root: Path, *, schema: AttributeSchema | None, attributes: Path | None) -> PersonDataset:
        """Any of the folders may be missing, but not all."""
        file, followed = self.attribute_file, schema or self.schema
        if file is None:  # nobody's official data: only what lies in the folder itself is theirs
            file = next((name for name in ATTRIBUTE_FILES if (root / name).is_file()), None)
            followed = schema or (ATTRIBUTE_FILES[file] if file else MARKET1501 if attributes else None)
        if not any((root / folder).is_dir() for folder in self.folders):
            raise DatasetError(
                f"{root} has none of the folders {', '.join(self.folders)}, of which the layout "
                f"{self.name!r} is."
            )
        listing = Listing()
        for folder, split in zip(self.folders, SPLITS, strict=True):
            _list_folder(root / folder, split, listing)
        dataset = make_dataset(root, listing, layout=self.name, assumes=IN_NAMES, schema=followed)
        if followed is not None and (attributes or file):
            dataset = add_attributes(dataset, followed, name=file or "", given=attributes)
        return replace(
            dataset,
            train=_add_masks(dataset.train, root / MASKS / self.folders[0]),
            query=_add_masks(dataset.query, root / MASKS / self.folders[1]),
            gallery=_add_masks(dataset.gallery, root / MASKS / self.folders[2]),
        )


def _list_folder(folder: Path, split: str, listing: Listing) -> None:
    if not folder.is_dir():
        listing.remarks.append(f"There is no folder {folder.name}.")
        return
    for path in list_pictures(folder):
        person = parse_person(path.name)
        if person is None:
            listing.skipped.append(Skipped(path, "its name does not begin with <identity>_c<camera>"))
        else:
            listing.add(path, *person, split)


def _add_masks(images: ImageSet, folder: Path) -> ImageSet:
    if not folder.is_dir():
        return images
    there = {path.name for path in folder.iterdir()}
    masks = tuple(folder / f"{path.stem}.png" for path in images.paths)
    missing = [mask for mask in masks if mask.name not in there]
    if missing:
        raise DatasetError(
            f"{len(missing)} part masks are missing, the first is {missing[0]}; add them, or remove the "
            f"folder {folder}."
        )
    return replace(images, masks=masks)


DUKEMTMC_LAYOUT = ThreeFolders(
    name="dukemtmc",
    folders=BOUNDING_BOXES,
    names=re.compile(r"-?[0-9]+_c[0-9]+_f[0-9]+"),
    schema=DUKEMTMC,
    attribute_file="duke_attribute.mat",
).layout("bounding_box_train/, query/ and bounding_box_test/ with names such as 0001_c2_f0046182.jpg")
"""DukeMTMC-reID (Ristani et al. 2016, Zheng et al. 2017), and Occluded-Duke, which is made of it; its
attributes are ``duke_attribute.mat``."""


MARKET1501_LAYOUT = ThreeFolders(
    name="market1501",
    folders=BOUNDING_BOXES,
    names=re.compile(r"-?[0-9]+_c[0-9]+s[0-9]+_"),
    schema=MARKET1501,
    attribute_file="market_attribute.mat",
).layout("bounding_box_train/, query/ and bounding_box_test/ with names such as 0002_c1s1_000451_03.jpg")
"""Market-1501 (Zheng et al., ICCV 2015) as it was published; its attributes are ``market_attribute.mat``."""

BOUNDING_BOX_LAYOUT = ThreeFolders(name="bounding-boxes", folders=BOUNDING_BOXES).layout(
    "bounding_box_train/, query/ and bounding_box_test/ with other names, <identity>_c<camera>..., such as "
    "those of MSMT17 or CUHK03 converted to them"
)
"""Another data set in folders named like those; only an attribute file in its own folder is taken for its
own."""


VERI776_LAYOUT = ThreeFolders(
    name="veri776",
    folders=("image_train", "image_query", "image_test"),
    names=re.compile(r"[0-9]+_c[0-9]+_"),
).layout("image_train/, image_query/ and image_test/ with names such as 0001_c001_00016450_0.jpg")
"""VeRi-776 (Liu et al., ECCV 2016), as published: vehicles before 20 cameras."""


_BOXES = ThreeFolders(name="cuhk03-np", folders=BOUNDING_BOXES, names=re.compile(r"[0-9]+_c[12]_[0-9]+\."))
KINDS = ("detected", "labeled")


def _recognise(root: Path) -> bool:
    return _BOXES.recognise(root) or any((root / kind / BOUNDING_BOXES[0]).is_dir() for kind in KINDS)


def _read(root: Path, *, schema: AttributeSchema | None, attributes: Path | None) -> PersonDataset:
    """A folder of boxes, or the one above it, of which the detected boxes are taken."""
    kind = next((kind for kind in KINDS if (root / kind / BOUNDING_BOXES[0]).is_dir()), None)
    if kind is None:
        return _BOXES.read(root, schema=schema, attributes=attributes)
    dataset = _BOXES.read(root / kind, schema=schema, attributes=attributes)
    if dataset.understood is None or not (root / KINDS[1]).is_dir():
        return dataset
    remark = f"The folder {kind} is read; name {root / KINDS[1]} for the boxes drawn by hand."
    understood = replace(dataset.understood, remarks=(remark, *dataset.understood.remarks))
    return replace(dataset, name=f"{root.resolve().name} {kind}", understood=understood)


CUHK03_LAYOUT = Layout(
    name="cuhk03-np",
    looks_like="detected/ or labeled/, or one of the two itself: bounding_box_train/, query/ and "
    "bounding_box_test/ with names such as 0001_c1_1.png",
    assumes=replace(IN_NAMES, splits="as the folders say; detected where both kinds of boxes are there"),
    recognise=_recognise,
    read=_read,
)
"""CUHK03 (Li et al., CVPR 2014) by its new protocol (Zhong et al., CVPR 2017); it has no attributes, and no
attribute file is taken for its own."""
