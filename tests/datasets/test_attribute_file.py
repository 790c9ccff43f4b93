from __future__ import annotations

from pathlib import Path

import pytest

from attrimeter.datasets import open_dataset
from attrimeter.errors import DatasetError
from datasets.trees import make_market, touch, write_labels

PERSONS = range(1, 41)


def named(persons: range | list[int], camera: int) -> list[str]:
    return [f"{person:04d}_c{camera}s1_000451_03.jpg" for person in persons]


def make_persons(root: Path, *, train: range, test: range) -> Path:
    touch(root / "bounding_box_train", named(train, 1))
    touch(root / "query", named(test, 2))
    touch(root / "bounding_box_test", named(test, 3))
    return root


def labelled(root: Path, **settings: object) -> tuple[bool, str]:
    """Whether there are labels, and what is said of them."""
    data = open_dataset(root, **settings)  # type: ignore[arg-type]
    assert data.understood is not None
    found = bool((data.train.labels >= 0).any())
    assert found == (data.understood.attribute_file is not None)
    return found, " ".join(data.understood.label_remarks)


def test_a_file_beside_the_data_labels_its_own_persons(tmp_path: Path) -> None:
    root = make_persons(tmp_path / "Market", train=range(1, 21), test=range(21, 41))
    write_labels(tmp_path / "market_attribute.mat", train=list(range(1, 21)), test=list(range(21, 41)))
    assert labelled(root) == (True, "")
    data = open_dataset(root)
    assert data.understood is not None
    assert data.understood.attribute_file == tmp_path / "market_attribute.mat"


def test_a_new_split_of_the_persons_to_train_is_theirs_too(tmp_path: Path) -> None:
    root = make_persons(tmp_path / "Market", train=range(1, 11), test=range(11, 21))
    write_labels(tmp_path / "market_attribute.mat", train=list(range(1, 21)), test=list(range(21, 41)))
    assert labelled(root) == (True, "")


def test_a_file_beside_other_persons_of_the_same_numbers_is_not_used(tmp_path: Path) -> None:
    """As where a data set numbered from 1 lies beside Market-1501: its numbers are all in the file, but the
    persons to train and to test are mixed in it."""
    root = make_persons(tmp_path / "other", train=range(1, 31), test=range(31, 41))
    write_labels(tmp_path / "market_attribute.mat", train=list(range(1, 41, 2)), test=list(range(2, 41, 2)))
    found, said = labelled(root)
    assert not found and "is not used: it parts persons" in said and "give it with --attributes" in said
    found, said = labelled(root, attributes=tmp_path / "market_attribute.mat")
    assert found and "make sure that its numbers mean the same persons" in said
    with pytest.raises(DatasetError, match=r"no attributes for 40 of 40 identities .* is not used"):
        open_dataset(root, strict_attributes=True)


def test_a_file_beside_that_lacks_many_of_the_persons_is_not_used(tmp_path: Path) -> None:
    root = make_persons(tmp_path / "other", train=range(1, 31), test=range(31, 41))
    write_labels(tmp_path / "market_attribute.mat", train=list(range(1, 21)), test=list(range(31, 41)))
    found, said = labelled(root)
    assert not found and "it lacks 10 of the 40 identities of the data (21, 22, 23, 24, 25, ...)" in said


def test_few_that_are_missing_are_unknown_and_said(tmp_path: Path) -> None:
    root = make_persons(tmp_path / "Market", train=range(1, 31), test=range(31, 41))
    write_labels(tmp_path / "market_attribute.mat", train=list(range(1, 30)), test=list(range(31, 41)))
    found, said = labelled(root)
    assert found and said.endswith("lacks 1 of the 40 identities of the data (30); they count as unknown.")


def test_a_file_of_other_persons_altogether(tmp_path: Path) -> None:
    root = make_persons(tmp_path / "Market", train=range(1, 31), test=range(31, 41))
    write_labels(root / "market_attribute.mat", train=[101, 102], test=[103])
    assert not labelled(root)[0]
    with pytest.raises(DatasetError, match="lists none of the 40 identities"):
        open_dataset(root, attributes=root / "market_attribute.mat")


@pytest.mark.parametrize("beside", ["link", "target"])
def test_a_link_to_the_data_finds_the_file_beside_either(tmp_path: Path, beside: str) -> None:
    root = make_market(tmp_path / "disk" / "Market")
    link = tmp_path / "home" / "data"
    link.parent.mkdir()
    link.symlink_to(root)
    folder = link.parent if beside == "link" else root.parent
    write_labels(folder / "market_attribute.mat", train=[2, 7], test=[1])
    assert labelled(link)[0]


def test_an_own_file_in_folders_named_otherwise_is_used(tmp_path: Path) -> None:
    for folder in ("bounding_box_train", "query", "bounding_box_test"):
        touch(tmp_path / "mine" / folder, [f"0001_c1_{folder}.jpg"])
    write_labels(tmp_path / "market_attribute.mat", train=[1], test=[2])
    data = open_dataset(tmp_path / "mine")
    assert data.schema_name is None, "beside the folder is a stranger's"
    write_labels(tmp_path / "mine" / "market_attribute.mat", train=[1], test=[2])
    assert labelled(tmp_path / "mine")[0]
