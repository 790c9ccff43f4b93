from __future__ import annotations

from pathlib import Path

import pytest

from attrimeter.datasets import open_dataset
from attrimeter.errors import DatasetError
from attrimeter.schemas.market1501 import MARKET1501
from datasets.trees import GALLERY, fill, make_market


def test_one_folder_per_identity(tmp_path: Path) -> None:
    fill(tmp_path / "bea", ["b_c3_1.jpg"])
    fill(tmp_path / "anna", ["2.jpg", "1.png"])
    (tmp_path / "anna" / "notes.txt").touch()
    (tmp_path / ".cache").mkdir()
    data = open_dataset(tmp_path)
    assert [path.name for path in data.train.paths] == ["1.png", "2.jpg", "b_c3_1.jpg"]
    assert data.train.identities.tolist() == [1, 1, 2], "numbered from 1: identity 0 is a distractor"
    assert data.train.cameras.tolist() == [0, 0, 3]
    assert data.schema_name is None and data.train.labels.shape == (3, 0)
    assert len(data.query) == len(data.gallery) == 0


def test_splits_share_the_numbers(tmp_path: Path) -> None:
    fill(tmp_path / "train" / "x", ["1_c1.jpg"])
    fill(tmp_path / "query" / "b", ["1_c1.jpg"])
    fill(tmp_path / "gallery" / "a", ["1_c2.jpg"])
    fill(tmp_path / "gallery" / "b", ["1_c2.jpg"])
    data = open_dataset(tmp_path)
    assert data.train.identities.tolist() == [3]
    assert data.query.identities.tolist() == [2] and data.gallery.identities.tolist() == [1, 2]


def test_unknown_cameras_of_query_and_gallery_are_not_the_same(tmp_path: Path) -> None:
    """Else the protocol would drop every positive."""
    fill(tmp_path / "query" / "a", ["1.jpg"])
    fill(tmp_path / "gallery" / "a", ["2.jpg"])
    data = open_dataset(tmp_path)
    assert data.query.cameras.tolist() == [0] and data.gallery.cameras.tolist() == [-1]
    assert len(data.train) == 0


def test_with_a_schema_labels_are_unknown(tmp_path: Path) -> None:
    fill(tmp_path / "a", ["1.jpg"])
    data = open_dataset(tmp_path, schema=MARKET1501)
    assert data.schema_name == "market1501" and data.train.labels.tolist() == [[-1] * 26]
    assert data.query.labels.shape == (0, 26)


def test_attribute_files_do_not_fit(tmp_path: Path) -> None:
    fill(tmp_path / "a", ["1.jpg"])
    with pytest.raises(DatasetError, match="list the images in a CSV"):
        open_dataset(tmp_path, attributes=tmp_path / "market_attribute.mat")


def test_wrong_root_asked_for_as_folder(tmp_path: Path) -> None:
    fill(tmp_path, ["1.jpg"])
    with pytest.raises(DatasetError, match="holds no folders of images"):
        open_dataset(tmp_path, layout="folder")


def test_junk_and_distractors_are_those_of_the_official_layout(tmp_path: Path) -> None:
    """Else the gallery's junk and distractors are persons, and the numbers are others."""
    fill(tmp_path / "query" / "0001", ["0001_c1s1_001051_00.jpg"])
    for name in (*GALLERY, "00-1_c1.jpg"):
        fill(tmp_path / "gallery" / name.split("_")[0], [name])
    data = open_dataset(tmp_path)
    official = open_dataset(make_market(tmp_path / "official"))
    assert data.gallery.identities.tolist() == official.gallery.identities.tolist() == [0, 1, 1]
    assert data.gallery.cameras.tolist() == official.gallery.cameras.tolist()
    assert data.understood is not None
    assert "Of junk (identity -1) 2 images are left out." in data.understood.remarks


def test_numbers_from_0_are_noticed(tmp_path: Path) -> None:
    for person in range(4):
        fill(tmp_path / str(person), ["a.jpg", "b.jpg"])
    data = open_dataset(tmp_path)
    assert data.train.identities.tolist() == [0, 0, 1, 1, 2, 2, 3, 3] and data.understood is not None
    assert data.understood.remarks == (
        "2 images have identity 0, which stands for distractors, and match nobody; but the identities run "
        "from 0 to 3: if 0 is a person, number the identities from 1.",
    )
    fill(tmp_path / "9", ["a.jpg"])
    gap = open_dataset(tmp_path).understood
    assert gap is not None and "but 2 of them are to train or queries" in gap.remarks[0]


def test_train_val_test_without_queries_are_split_by_a_rule(tmp_path: Path) -> None:
    for split, person in (("train", "a"), ("val", "b"), ("test", "c"), ("test", "d")):
        fill(tmp_path / split / person, ["1_c1.jpg", "2_c1.jpg", "3_c2.jpg"])
    data = open_dataset(tmp_path)
    assert data.train.identities.tolist() == [1] * 3 + [2] * 3
    assert data.query.identities.tolist() == [3, 3, 4, 4] and data.query.cameras.tolist() == [1, 2, 1, 2]
    assert data.gallery.identities.tolist() == [3, 4]
    assert data.understood is not None and any(
        "Of test the first picture" in remark for remark in data.understood.remarks
    )


def test_a_test_folder_beside_queries_is_not_read_and_it_is_said(tmp_path: Path) -> None:
    for split in ("train", "test", "query", "gallery"):
        fill(tmp_path / split / "a", [f"{split}.jpg"])
    fill(tmp_path, ["loose.jpg"])
    data = open_dataset(tmp_path)
    assert [len(part) for part in (data.train, data.query, data.gallery)] == [1, 1, 1]
    said = data.understood.remarks if data.understood else ()
    assert any("the folders test are not read" in remark for remark in said)
    assert any("pictures directly in" in remark for remark in said)


@pytest.mark.parametrize(
    "names",
    [
        ("image_train", "image_query", "image_tests"),
        ("cam1", "cam2"),
        ("train", "test"),
        ("data",),
        ("images", "annotations"),
        ("Camera A", "Camera B"),
        ("bbox_train", "bbox_test"),
        ("release_data",),
    ],
)
def test_splits_and_cameras_are_no_persons(tmp_path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        fill(tmp_path / "set" / name, ["1.jpg", "2.jpg"])
    with pytest.raises(DatasetError, match=f"{names[0]}.*look like splits or cameras and not like persons"):
        open_dataset(tmp_path / "set")
    assert len(open_dataset(tmp_path / "set", layout="folder").train) == 2 * len(names)


@pytest.mark.parametrize(
    "names", [("anna", "bea"), ("valentin", "testa", "camilla"), ("0001", "0002"), ("v001",)]
)
def test_persons_are_persons(tmp_path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        fill(tmp_path / name, ["1.jpg"])
    assert len(open_dataset(tmp_path).train) == len(names)


def test_splits_within_a_split_are_no_persons(tmp_path: Path) -> None:
    """As in LaST: val/query/*.jpg."""
    fill(tmp_path / "train" / "a", ["1.jpg"])
    for inside in ("query", "gallery"):
        fill(tmp_path / "val" / inside, ["1.jpg"])
    data = open_dataset(tmp_path)
    assert data.train.identities.tolist() == [1] and data.understood is not None
    assert any("the folders val are not read" in remark for remark in data.understood.remarks)
