from __future__ import annotations

from pathlib import Path

import pytest

from attrimeter.datasets import open_dataset
from attrimeter.errors import DatasetError
from datasets.trees import make_mars, touch


def test_a_picture_stands_for_a_tracklet(tmp_path: Path) -> None:
    data = open_dataset(make_mars(tmp_path))
    assert data.understood is not None and data.understood.layout == "mars"
    assert [path.name for path in data.train.paths] == ["0001C1T0001F001.jpg", "0001C2T0001F001.jpg"]
    assert data.train.cameras.tolist() == [1, 2] and data.train.identities.tolist() == [1, 1]
    assert "Of junk (identity -1) 1 images are left out." in data.understood.remarks


def test_queries_are_one_tracklet_of_each_person_and_camera(tmp_path: Path) -> None:
    data = open_dataset(make_mars(tmp_path))
    assert list(zip(data.query.identities, data.query.cameras, strict=True)) == [(2, 1), (2, 3)]
    assert data.gallery.identities.tolist() == [0, 0, 2], "two distractors and the other tracklet"


def test_odd_names_and_a_missing_part(tmp_path: Path) -> None:
    make_mars(tmp_path)
    touch(tmp_path / "bbox_train" / "0001", ["photo.jpg"])
    assert [s.path.name for s in open_dataset(tmp_path).skipped] == ["photo.jpg"]
    with pytest.raises(DatasetError, match="lacks the folder bbox_train; the layout 'mars' has"):
        open_dataset(tmp_path / "bbox_test", layout="mars")
