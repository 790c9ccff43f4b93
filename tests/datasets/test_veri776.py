from __future__ import annotations

from pathlib import Path

from attrimeter.datasets import open_dataset
from attrimeter.datasets.matches import count_matches
from datasets.trees import make_veri


def test_vehicles_are_read_from_names(tmp_path: Path) -> None:
    data = open_dataset(make_veri(tmp_path / "VeRi"))
    assert data.understood is not None and data.understood.layout == "veri776"
    assert data.train.identities.tolist() == [1, 1, 3] and data.train.cameras.tolist() == [1, 20, 2]
    assert data.query.identities.tolist() == [2] and data.gallery.cameras.tolist() == [2, 3]
    assert data.schema_name is None and data.understood.remarks == ()


def test_a_query_that_lies_in_the_test_part_too_is_of_its_own_camera(tmp_path: Path) -> None:
    data = open_dataset(make_veri(tmp_path))
    assert count_matches(data).found == 1 and data.query.copies is None
