from __future__ import annotations

from pathlib import Path

import pytest

from attrimeter.datasets import open_dataset
from attrimeter.datasets.matches import require_matches
from attrimeter.errors import DatasetError
from datasets.trees import GALLERY, fill


def test_pictures_of_nobody_known_are_a_gallery(tmp_path: Path) -> None:
    data = open_dataset(fill(tmp_path, ["a.jpg", "b_c3.png"]))
    assert data.understood is not None and data.understood.layout == "pictures"
    assert (len(data.train), len(data.query), len(data.gallery)) == (0, 0, 2)
    assert data.gallery.identities.tolist() == [0, 0] and data.gallery.cameras.tolist() == [-1, 3]
    with pytest.raises(DatasetError, match="has no queries, and a ranking needs"):
        require_matches(data)


def test_names_as_of_market1501_name_persons(tmp_path: Path) -> None:
    data = open_dataset(fill(tmp_path, GALLERY))
    assert data.gallery.identities.tolist() == [0, 1, 1] and data.gallery.cameras.tolist() == [1, 2, 6]
