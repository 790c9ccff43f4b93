from __future__ import annotations

from pathlib import Path

import pytest

from attrimeter.datasets import open_dataset
from attrimeter.errors import DatasetError
from attrimeter.schemas.market1501 import MARKET1501
from datasets.trees import fill


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
