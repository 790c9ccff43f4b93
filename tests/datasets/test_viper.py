from __future__ import annotations

from pathlib import Path

import numpy as np

from attrimeter.datasets import open_dataset
from datasets.trees import make_viper, touch


def test_half_of_632_persons_train_and_half_are_found_across_two_cameras(tmp_path: Path) -> None:
    data = open_dataset(make_viper(tmp_path))
    assert data.understood is not None and data.understood.layout == "viper"
    assert (len(data.train), len(data.query), len(data.gallery)) == (632, 316, 316), "1,264 images in all"
    assert set(data.query.cameras) == {1} and set(data.gallery.cameras) == {2}
    assert data.query.identities.tolist() == data.gallery.identities.tolist()
    assert not set(data.train.identities) & set(data.query.identities)
    assert len(np.unique(data.train.identities)) == 316 and min(data.train.identities) == 1, "000 is a person"


def test_one_view_of_a_person_is_enough(tmp_path: Path) -> None:
    make_viper(tmp_path, persons=3)
    touch(tmp_path / "cam_b", ["009_0.bmp"])
    assert open_dataset(tmp_path).gallery.identities.tolist() == [2, 10]
