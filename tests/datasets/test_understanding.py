from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from attrimeter.datasets import LAYOUTS, open_dataset
from attrimeter.datasets.understanding import WAY_OUT, describe_dataset
from datasets.trees import fill, make_market, write_labels


def test_what_was_found_and_where_it_was_read(tmp_path: Path) -> None:
    root = make_market(tmp_path / "Market")
    write_labels(root / "market_attribute.mat", train=[2, 7], test=[1])
    first, second, *remarks, last = describe_dataset(open_dataset(root))
    assert first == (
        "Market (layout market1501): 3 identities; 3 images to train, 1 query and 3 gallery images, 1 of "
        "nobody known; 4 cameras."
    )
    assert str(root / "market_attribute.mat") in second and "after _c in a file's name" in second
    assert remarks == ["Of junk (identity -1) 1 images are left out."] and last == WAY_OUT


def test_folders_say_how_many_persons_and_that_there_is_no_camera(tmp_path: Path) -> None:
    for person in ("anna", "bea"):
        fill(tmp_path / "streets" / person, ["1.jpg"])
    said = describe_dataset(open_dataset(tmp_path / "streets"))
    assert (
        said[0].startswith("streets (layout folder): 2 identities; 2 images to train")
        and "0 cameras" in said[0]
    )
    assert "identities are the folders' names" in said[1] and "1 is anna, 2 is bea" in said[2]


def test_nothing_was_read_from_a_disk(tmp_path: Path) -> None:
    data = open_dataset(fill(tmp_path, ["1.jpg"]))
    assert describe_dataset(replace(data, understood=None)) == ()


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_every_layout_says_what_it_assumes(layout: object) -> None:
    assumed = layout.assumes  # type: ignore[attr-defined]
    assert all((assumed.identities, assumed.cameras, assumed.splits, assumed.junk))
