from __future__ import annotations

import os
import random
from pathlib import Path

import numpy as np
import pytest

from attrimeter.datasets import LAYOUTS, open_dataset
from attrimeter.datasets.matches import count_matches
from attrimeter.datasets.understanding import describe_dataset
from attrimeter.errors import DatasetError
from datasets.trees import (
    fill,
    make_cuhk03,
    make_layumi,
    make_market,
    make_mars,
    make_msmt17,
    make_oml,
    make_veri,
    make_viper,
)


def test_catalogue_is_keyed_by_name() -> None:
    assert all(layout.name == name for name, layout in LAYOUTS.items())


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"There is no data set .*none; check the path"):
        open_dataset(tmp_path / "none")


def test_unknown_layout_name(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"'msmt' is not known; choose one of .*market1501"):
        open_dataset(tmp_path, layout="msmt")


def test_a_file_that_is_no_list_is_told(tmp_path: Path) -> None:
    """In one short sentence: how folders may look is of no help there."""
    (tmp_path / "root").write_text("hello")
    for place, sentence in (
        (tmp_path / "root", "is neither the folder of a data set nor a .csv file"),
        (Path("/dev/null"), "is a pipe, a device or a socket; give the folder of a data set"),
    ):
        with pytest.raises(DatasetError, match=f"^{place} {sentence}"):
            open_dataset(place)


def test_no_layout_lists_all(tmp_path: Path) -> None:
    root = tmp_path / "root"
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


MADE = {
    "market1501": make_market,
    "veri776": make_veri,
    "msmt17": make_msmt17,
    "mars": make_mars,
    "viper": make_viper,
    "cuhk03-np": make_cuhk03,
    "layumi": make_layumi,
    "oml": make_oml,
}


@pytest.mark.parametrize("name", MADE)
def test_a_published_data_set_is_recognised_as_what_it_is(tmp_path: Path, name: str) -> None:
    root = MADE[name](tmp_path / "root")
    (root / "readme.txt").write_text("about")
    (root / "notes.csv").write_text("a,b\n")
    assert next(layout.name for layout in LAYOUTS.values() if layout.recognise(root)) == name
    data = open_dataset(root)
    assert data.understood is not None and data.understood.layout == name
    found = count_matches(data)
    assert found.found > 0, "some query finds its person"
    assert all(0 < camera < 21 or name == "oml" for camera in data.query.cameras)


@pytest.mark.parametrize("name", MADE)
def test_the_folder_above_gets_a_hint(tmp_path: Path, name: str) -> None:
    MADE[name](tmp_path / "root")
    with pytest.raises(DatasetError, match=r"Did you mean .*root\?"):
        open_dataset(tmp_path)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", ["file", "empty", "other"])
def test_any_layout_refuses_what_is_none_of_it_in_a_sentence(tmp_path: Path, layout: str, kind: str) -> None:
    root = tmp_path / "root"
    if kind == "file":
        root.write_bytes(b"\x89PNG")
    elif kind == "empty":
        root.mkdir()
    else:
        (root / "a" / "b").mkdir(parents=True)
        (root / "a" / "b" / "c.txt").touch()
    with pytest.raises(DatasetError) as caught:
        open_dataset(root, layout=layout)
    assert str(caught.value).count("\n") == 0


def test_a_pipe_and_an_impossible_name_are_no_data_sets(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path / "pipe", Path("/dev/null"), tmp_path / ("x" * 300), tmp_path / "a\0b"):
        with pytest.raises(DatasetError):
            open_dataset(place)


FOLDERS = (
    "bounding_box_train", "query", "bounding_box_test", "train", "test", "val", "gallery", "image_train",
    "image_query", "image_test", "cam_a", "cam_b", "bbox_train", "bbox_test", "0001", "0000", "-1", "00-1",
    "anna", "images", "detected", "mask_train_v2", ".cache", "pytorch", "ä",
)  # fmt: skip
FILES = (
    "0001_c1s1_01_00.jpg", "0002_c2_f01.jpg", "0003_c1_1.png", "-1_c1s1_0.jpg", "0001C1T0001F001.jpg",
    "000_45.bmp", "a.jfif", "b.tif", "list_query.txt", "list_train.txt", "market_attribute.mat", "x.csv",
    "c_c1_c2.webp", "99999999999999999999_c1.jpg", "٣_c1.jpg",
)  # fmt: skip


def plant(root: Path, rng: random.Random) -> None:
    """A tree of names that data sets have, put together at random."""
    for _ in range(rng.randint(1, 12)):
        place = root.joinpath(*rng.choices(FOLDERS, k=rng.randint(0, 2)), rng.choice(FILES))
        if place.suffix == ".csv":
            content = rng.choice(["path,identity\n0001/a.jfif,-1.0\n", "label,path,split\n", "\0", ""])
        else:
            content = rng.choice(["", "0001/0001_000_01_a.jpg 0\n", "same", str(place)])
        if all(parent.is_dir() or not parent.exists() for parent in place.parents):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(content)


@pytest.mark.parametrize("seed", range(25))
def test_any_tree_opens_by_the_rules_or_is_refused_in_a_sentence(tmp_path: Path, seed: int) -> None:
    root = tmp_path / "root"
    root.mkdir()
    plant(root, random.Random(seed))
    for layout in (None, *LAYOUTS):
        try:
            data = open_dataset(root, layout=layout)
        except DatasetError as error:
            assert "\n" not in str(error)
            continue
        assert data.understood is not None and data.understood.layout == (layout or data.understood.layout)
        for part in (data.train, data.query, data.gallery):
            assert (part.identities >= 0).all(), "junk is left out"
            assert len(set(part.paths)) == len(part) and all(path.exists() for path in part.paths)
        same_view = data.query.views[:, None] == data.gallery.views[None]
        same_person = data.query.identities[:, None] == data.gallery.identities[None]
        same_person &= data.query.identities[:, None] != 0
        for row, column in zip(*np.nonzero(same_person & ~same_view), strict=True):
            assert data.query.paths[row].read_bytes() != data.gallery.paths[column].read_bytes()
        assert len(describe_dataset(data)) >= 3
