from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import scipy.io

from attrimeter.datasets import open_dataset
from attrimeter.datasets.matches import count_matches
from attrimeter.errors import DatasetError
from attrimeter.pixels import write_image
from attrimeter.schemas import AttributeSchema
from attrimeter.schemas.market1501 import MARKET1501
from datasets.trees import IMAGE, TRAIN, fill, make_cuhk03, make_market, make_veri, write_labels


def test_identities_cameras_and_order(tmp_path: Path) -> None:
    data = open_dataset(make_market(tmp_path / "Market"))
    assert (data.name, data.root, data.schema_name) == ("Market", tmp_path / "Market", "market1501")
    assert [path.name for path in data.train.paths] == list(TRAIN)
    assert data.train.identities.tolist() == [2, 2, 7] and data.train.cameras.tolist() == [1, 2, 3]
    assert data.query.identities.tolist() == [1] and data.query.cameras.tolist() == [1]
    assert data.skipped == ()


def test_junk_is_dropped_and_distractors_stay(tmp_path: Path) -> None:
    gallery = open_dataset(make_market(tmp_path)).gallery
    assert gallery.identities.tolist() == [0, 1, 1] and gallery.cameras.tolist() == [1, 2, 6]


def test_other_files_are_passed_over_and_odd_names_reported(tmp_path: Path) -> None:
    root = make_market(tmp_path)
    (root / "bounding_box_test" / "Thumbs.db").touch()
    fill(root / "query", ["photo.jpg"])
    data = open_dataset(root)
    assert len(data.query) == 1
    assert [(s.path.name, s.reason) for s in data.skipped] == [
        ("photo.jpg", "its name does not begin with <identity>_c<camera>")
    ]


@pytest.mark.parametrize("place", ["root", "parent", "given"])
def test_attribute_file_is_found(tmp_path: Path, place: str) -> None:
    root = make_market(tmp_path / "Market")
    (tmp_path / "elsewhere").mkdir()
    folder = {"root": root, "parent": tmp_path, "given": tmp_path / "elsewhere"}[place]
    labels = write_labels(folder / "market_attribute.mat", train=[2, 7], test=[1])
    given = folder / "market_attribute.mat" if place == "given" else None
    data = open_dataset(root, attributes=given)
    for part in (data.train, data.query):
        for identity, found in zip(part.identities, part.labels, strict=True):
            np.testing.assert_array_equal(found, labels[int(identity)])
    assert (data.gallery.labels[0] == -1).all(), "a distractor is no one person"
    np.testing.assert_array_equal(data.gallery.labels[1], labels[1])


def test_without_attribute_file_everything_is_unknown(tmp_path: Path) -> None:
    data = open_dataset(make_market(tmp_path / "Market"))
    assert data.train.labels.shape == (3, 26) and (data.train.labels == -1).all()


def test_identity_without_a_row_is_unknown_or_strictly_an_error(tmp_path: Path) -> None:
    root = make_market(tmp_path)
    write_labels(root / "market_attribute.mat", train=[2], test=[1])
    data = open_dataset(root)
    assert (data.train.labels[2] == -1).all() and (data.train.labels[:2] != -1).all()
    with pytest.raises(DatasetError, match=r"for 1 of 3 identities \(7\)"):
        open_dataset(root, strict_attributes=True)


def test_missing_field_is_reported_or_strictly_an_error(tmp_path: Path) -> None:
    root = make_market(tmp_path)
    small = AttributeSchema("small", MARKET1501.attributes[:3])
    ids = np.array([["0002", "0007"]], dtype=object), np.array([["0001"]], dtype=object)
    parts = [{"gender": np.full(i.shape, 2), "hair": np.full(i.shape, 1), "image_index": i} for i in ids]
    scipy.io.savemat(root / "market_attribute.mat", {"m": {"train": parts[0], "test": parts[1]}})
    data = open_dataset(root, schema=small)
    assert data.train.labels.tolist() == [[1, 0, -1]] * 3
    assert [(s.path.name, s.reason) for s in data.skipped] == [
        ("market_attribute.mat", "lacks the field up; what it would say counts as unknown")
    ]
    with pytest.raises(DatasetError, match="of nobody whether 'sleeve' holds"):
        open_dataset(root, schema=small, strict_attributes=True)


def test_attribute_file_given_and_not_there(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"There is no attribute file .*none\.mat"):
        open_dataset(make_market(tmp_path), attributes=tmp_path / "none.mat")


def test_duke_is_told_by_its_names(tmp_path: Path) -> None:
    names = {"train": ["0001_c2_f0046182.jpg"], "query": ["0005_c8_f01.jpg"], "gallery": ["0005_c3_f02.jpg"]}
    data = open_dataset(make_market(tmp_path, **names))
    assert data.schema_name == "dukemtmc" and data.train.labels.shape == (1, 23)
    assert data.query.cameras.tolist() == [8] and data.query.identities.tolist() == [5]
    assert open_dataset(tmp_path, layout="market1501").schema_name == "market1501"


@pytest.mark.parametrize("missing", ["bounding_box_train", "query", "bounding_box_test"])
def test_a_missing_folder_is_said(tmp_path: Path, missing: str) -> None:
    shutil.rmtree(make_market(tmp_path) / missing)
    data = open_dataset(tmp_path)
    assert data.understood is not None and f"There is no folder {missing}." in data.understood.remarks
    sizes = {
        "bounding_box_train": len(data.train),
        "query": len(data.query),
        "bounding_box_test": len(data.gallery),
    }
    assert [name for name, size in sizes.items() if size == 0] == [missing]


def test_part_masks(tmp_path: Path) -> None:
    root = make_market(tmp_path)
    assert open_dataset(root).train.masks is None
    for name in TRAIN:
        write_image(root / "part_masks" / "bounding_box_train" / f"{Path(name).stem}.png", IMAGE[..., 0])
    data = open_dataset(root)
    assert data.query.masks is None
    assert data.train.masks is not None
    assert [mask.stem for mask in data.train.masks] == [path.stem for path in data.train.paths]
    assert all(mask.is_file() and mask.suffix == ".png" for mask in data.train.masks)
    data.train.masks[1].unlink()
    with pytest.raises(
        DatasetError, match=r"1 part masks are missing, the first is .*0002_c2s1_000001_01\.png"
    ):
        open_dataset(root)


def test_real_market(real_data: Path) -> None:
    data = open_dataset(real_data / "Market-1501-v15.09.15", strict_attributes=True)
    assert (len(data.train), len(data.query), len(data.gallery)) == (7827, 583, 2070)
    assert len(np.unique(data.train.identities)) == 451 and len(np.unique(data.gallery.identities)) == 150
    assert not set(data.train.identities) & set(data.gallery.identities)
    assert set(data.train.cameras) == {1, 2, 3, 4, 5, 6}
    assert data.skipped == () and set(np.unique(data.train.labels)) == {0, 1}


def test_vehicles_are_read_from_names(tmp_path: Path) -> None:
    data = open_dataset(make_veri(tmp_path / "VeRi"))
    assert data.understood is not None and data.understood.layout == "veri776"
    assert data.train.identities.tolist() == [1, 1, 3] and data.train.cameras.tolist() == [1, 20, 2]
    assert data.query.identities.tolist() == [2] and data.gallery.cameras.tolist() == [2, 3]
    assert data.schema_name is None and data.understood.remarks == ()


def test_a_query_that_lies_in_the_test_part_too_is_of_its_own_camera(tmp_path: Path) -> None:
    data = open_dataset(make_veri(tmp_path))
    assert count_matches(data).found == 1 and data.query.copies is None


def test_detected_boxes_are_read_and_it_is_said(tmp_path: Path) -> None:
    data = open_dataset(make_cuhk03(tmp_path / "CUHK03-NP"))
    assert data.understood is not None and data.understood.layout == "cuhk03-np"
    assert data.name == "CUHK03-NP detected"
    assert all(path.parts[-3] == "detected" for path in data.train.paths)
    assert data.train.identities.tolist() == [1, 1, 3] and data.train.cameras.tolist() == [1, 2, 1]
    assert any("labeled for the boxes drawn by hand" in remark for remark in data.understood.remarks)


@pytest.mark.parametrize("kind", ["detected", "labeled"])
def test_each_kind_opens_by_itself(tmp_path: Path, kind: str) -> None:
    data = open_dataset(make_cuhk03(tmp_path) / kind)
    assert data.understood is not None and data.understood.layout == "cuhk03-np"
    assert (len(data.train), len(data.query), len(data.gallery)) == (3, 1, 2)


def test_the_attribute_file_of_market1501_beside_it_is_not_its_own(tmp_path: Path) -> None:
    write_labels(tmp_path / "market_attribute.mat", train=[1, 3], test=[2])
    root = make_cuhk03(tmp_path / "CUHK03-NP")
    for place in (root, root / "detected"):
        data = open_dataset(place)
        assert data.schema_name is None and data.train.labels.shape == (3, 0)
