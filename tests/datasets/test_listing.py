"""From a list of images with names of persons and cameras to a data set, by rules said by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attrimeter.datasets.attribute_table import AttributeTable
from attrimeter.datasets.layout import Assumed
from attrimeter.datasets.listing import (
    GALLERY,
    QUERY,
    TRAIN,
    UNKNOWN_CAMERA,
    UNKNOWN_GALLERY_CAMERA,
    Listing,
    label_images,
    make_dataset,
)
from attrimeter.schemas import SCHEMAS
from attrimeter.values import PersonDataset

ASSUMED = Assumed(identities="here", cameras="there", splits="as said")


def listed(folder: Path, *rows: tuple[str, str | None, str]) -> PersonDataset:
    """A data set of one picture for each (identity, camera, split)."""
    listing = Listing()
    for number, row in enumerate(rows):
        path = folder / f"{number}.png"
        Image.new("RGB", (4, 8), (number, 0, 0)).save(path)
        listing.add(path, *row)
    return make_dataset(folder, listing, layout="mine", assumes=ASSUMED, schema=SCHEMAS["market1501"])


def test_numbers_stand_for_themselves_and_junk_is_left_out(tmp_path: Path) -> None:
    found = listed(tmp_path, ("7", "2", TRAIN), ("-1", "1", GALLERY), ("0", "1", GALLERY), ("9", "3", QUERY))
    assert found.train.identities.tolist() == [7] and found.train.cameras.tolist() == [2]
    assert found.query.identities.tolist() == [9] and found.gallery.identities.tolist() == [0]
    assert found.name == tmp_path.name and found.understood is not None
    assert found.understood.layout == "mine" and found.understood.camera_count == 3
    assert any("1 images are left out" in remark for remark in found.understood.remarks)


def test_names_are_numbered_in_sorted_order(tmp_path: Path) -> None:
    found = listed(tmp_path, ("bob", "hall", TRAIN), ("ann", "door", TRAIN), ("bob", "door", TRAIN))
    assert found.train.identities.tolist() == [2, 1, 2]
    assert found.train.cameras.tolist() == [2, 1, 1]


def test_unknown_cameras_of_queries_and_gallery_are_two(tmp_path: Path) -> None:
    found = listed(tmp_path, ("1", None, QUERY), ("1", None, GALLERY), ("1", "4", GALLERY))
    assert found.query.cameras.tolist() == [UNKNOWN_CAMERA]
    assert found.gallery.cameras.tolist() == [UNKNOWN_GALLERY_CAMERA, 4]


@pytest.mark.parametrize("where", [TRAIN, QUERY])
def test_a_zero_where_no_distractor_is_is_told(tmp_path: Path, where: str) -> None:
    found = listed(tmp_path, ("0", "1", where), ("5", "1", TRAIN))
    assert found.understood is not None
    assert any("stands for distractors" in remark for remark in found.understood.remarks)


def test_labels_are_found_by_the_numbers_of_identities(tmp_path: Path) -> None:
    schema = SCHEMAS["market1501"]
    labels = np.zeros((2, len(schema)), dtype=np.int8)
    labels[1] = 1
    table = AttributeTable(np.array([3, 8]), labels, np.array([2, 4], dtype=np.int8))
    found = label_images(listed(tmp_path, ("8", "1", TRAIN), ("3", "1", TRAIN), ("4", "1", QUERY)), table)
    assert found.train.labels[:, 0].tolist() == [1, 0] and (found.query.labels == -1).all()
    assert found.train.ages is not None and found.train.ages.tolist() == [4, 2]
