from __future__ import annotations

from pathlib import Path

import pytest

from attrimeter.datasets import LAYOUTS, open_dataset
from attrimeter.errors import DatasetError
from datasets.trees import fill, make_market


def test_catalogue_is_keyed_by_name() -> None:
    assert all(layout.name == name for name, layout in LAYOUTS.items())


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"There is no data set .*none; check the path"):
        open_dataset(tmp_path / "none")


def test_unknown_layout_name(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"'msmt' is not known; choose one of .*market1501"):
        open_dataset(tmp_path, layout="msmt")


@pytest.mark.parametrize("made", ["empty folder", "text file"])
def test_no_layout_lists_all(tmp_path: Path, made: str) -> None:
    root = tmp_path / "root"
    if made == "text file":
        root.write_text("hello")
    else:
        root.mkdir()
    with pytest.raises(DatasetError, match="lies in no layout") as caught:
        open_dataset(root)
    assert all(layout.looks_like in str(caught.value) for layout in LAYOUTS.values())


def test_parent_folder_gets_a_hint(tmp_path: Path) -> None:
    make_market(tmp_path / "Market")
    with pytest.raises(DatasetError, match=r"Did you mean .*Market\?"):
        open_dataset(tmp_path)


def test_no_images(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="has no images in the layout 'bounding-boxes'"):
        open_dataset(make_market(tmp_path, train=(), query=(), gallery=()))
    fill(tmp_path / "query", ["odd.jpg"])
    with pytest.raises(DatasetError, match=r"has no images .*odd.jpg: its name does not begin"):
        open_dataset(tmp_path)


def test_official_layout_asked_for_elsewhere(tmp_path: Path) -> None:
    fill(tmp_path / "anna", ["1.jpg"])
    with pytest.raises(
        DatasetError, match="none of the folders bounding_box_train, query, bounding_box_test, of which"
    ):
        open_dataset(tmp_path, layout="dukemtmc")


def test_strict_attributes_need_a_schema(tmp_path: Path) -> None:
    fill(tmp_path / "anna", ["1.jpg"])
    with pytest.raises(DatasetError, match="only be insisted on with a schema"):
        open_dataset(tmp_path, strict_attributes=True)
