from __future__ import annotations

from pathlib import Path

import pytest

from attrimeter.datasets import open_dataset
from datasets.trees import make_cuhk03, write_labels


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
