from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from attrimeter.datasets import open_dataset
from attrimeter.datasets.matches import count_matches
from attrimeter.metrics import score_queries
from attrimeter.values import PersonDataset
from datasets.trees import fill


def scores(data: PersonDataset) -> list[int]:
    """First hits where a picture is nearest to its own file, and all others are equally far."""
    seen = [[path.read_bytes() for path in part.paths] for part in (data.query, data.gallery)]
    distances = np.array([[0.0 if first == second else 1.0 for second in seen[1]] for first in seen[0]])
    return score_queries(
        distances,
        query_identities=data.query.identities,
        query_cameras=data.query.views,
        gallery_identities=data.gallery.identities,
        gallery_cameras=data.gallery.views,
    ).first_hit.tolist()


def test_the_same_folder_on_both_sides_is_leave_one_out(tmp_path: Path) -> None:
    fill(tmp_path / "query" / "anna", ["1.jpg", "2.jpg"])
    fill(tmp_path / "query" / "bea", ["1.jpg"])
    shutil.copytree(tmp_path / "query", tmp_path / "gallery")
    data = open_dataset(tmp_path)
    assert data.understood is not None
    assert "3 of 3 queries lie in the gallery" in " ".join(data.understood.remarks)
    assert scores(data)[2] == -1, "bea is there only as the same file"
    assert (count_matches(data).found, count_matches(data).same_view) == (2, 1)
    assert set(data.query.cameras) == {0} and set(data.gallery.cameras) == {-1}, "cameras stay unknown"


def test_hard_links_and_symbolic_links_are_the_same_file(tmp_path: Path) -> None:
    fill(tmp_path / "query" / "anna", ["1.jpg", "2.jpg"])
    gallery = tmp_path / "gallery" / "anna"
    gallery.mkdir(parents=True)
    (gallery / "x.jpg").hardlink_to(tmp_path / "query" / "anna" / "1.jpg")
    (gallery / "y.jpg").symlink_to(tmp_path / "query" / "anna" / "2.jpg")
    data = open_dataset(tmp_path)
    assert (data.query.views[:, None] == data.gallery.views[None]).tolist() == [[True, False], [False, True]]


@pytest.mark.parametrize(
    ("query", "gallery"), [("a_c2.jpg", "a.jpg"), ("a.jpg", "a_c2.jpg"), ("a_c2.jpg", "a_c3.jpg")]
)
def test_one_file_is_of_one_camera(tmp_path: Path, query: str, gallery: str) -> None:
    first = fill(tmp_path / "query" / "anna", [query]) / query
    fill(tmp_path / "gallery" / "anna", ["b_c2.jpg", "c_c4.jpg"])
    shutil.copy(first, tmp_path / "gallery" / "anna" / gallery)
    data = open_dataset(tmp_path)
    assert data.query.cameras.tolist() == [2] and data.gallery.cameras.tolist() == [2, 2, 4]
    assert data.query.copies is None, "the camera says it all"


def test_the_same_content_of_other_persons_is_none_of_this(tmp_path: Path) -> None:
    first = fill(tmp_path / "query" / "anna", ["1.jpg"]) / "1.jpg"
    fill(tmp_path / "gallery" / "anna", ["2.jpg"])
    (tmp_path / "gallery" / "bea").mkdir()
    shutil.copy(first, tmp_path / "gallery" / "bea" / "1.jpg")
    data = open_dataset(tmp_path)
    assert data.understood is not None and data.query.copies is None
    assert not any("same file" in remark for remark in data.understood.remarks)


def test_equal_size_is_not_enough(tmp_path: Path) -> None:
    for name, content in (("query/a/1.jpg", b"one"), ("gallery/a/2.jpg", b"two")):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes(content)
    assert open_dataset(tmp_path).query.copies is None
