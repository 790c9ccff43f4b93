from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from attrimeter.datasets import open_dataset
from attrimeter.errors import DatasetError
from datasets.trees import fill, make_layumi, make_market


def test_it_says_the_same_as_the_official_layout(tmp_path: Path) -> None:
    """Junk is left out, distractors match nobody, numbers and cameras are those of the names."""
    made = open_dataset(make_layumi(tmp_path / "Market" / "pytorch"))
    official = open_dataset(make_market(tmp_path / "official"))
    assert made.understood is not None and made.understood.layout == "layumi"
    for part in ("query", "gallery"):
        found, wanted = getattr(made, part), getattr(official, part)
        assert found.identities.tolist() == wanted.identities.tolist()
        assert found.cameras.tolist() == wanted.cameras.tolist()
    assert made.train.identities.tolist() == [2, 2, 7]


def test_without_train_all_the_validation_picture_counts_too(tmp_path: Path) -> None:
    root = make_layumi(tmp_path)
    everything = sorted(path.name for path in open_dataset(root).train.paths)
    shutil.rmtree(root / "train_all")
    assert sorted(path.name for path in open_dataset(root).train.paths) == everything


def test_what_is_not_read_is_said(tmp_path: Path) -> None:
    data = open_dataset(make_layumi(tmp_path))
    assert data.understood is not None
    assert any("the folders multi-query, train, val are not read" in r for r in data.understood.remarks)


def test_asked_for_elsewhere(tmp_path: Path) -> None:
    fill(tmp_path / "anna", ["1.jpg"])
    with pytest.raises(DatasetError, match="lacks query/ and gallery/"):
        open_dataset(tmp_path, layout="layumi")
