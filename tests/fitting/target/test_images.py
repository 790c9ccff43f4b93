from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from attrimeter.errors import DatasetError
from attrimeter.fitting.target import images as target_images
from attrimeter.fitting.target.images import load_training_images
from attrimeter.pixels import write_image
from attrimeter.targets import PROFILES
from attrimeter.targets.preprocessing import prepare_images
from attrimeter.values import ImageSet

PROFILE = dataclasses.replace(PROFILES["demo"], image_size=(32, 16))


def make_set(folder: Path, identities: list[int]) -> ImageSet:
    rng = np.random.default_rng(0)
    paths = tuple(folder / f"{row}.png" for row in range(len(identities)))
    for path in paths:
        write_image(path, rng.integers(0, 256, (40, 20, 3), dtype=np.uint8))
    count = len(identities)
    return ImageSet(
        paths, np.array(identities, dtype=np.int64), np.arange(count), np.zeros((count, 0), dtype=np.int8)
    )


@pytest.mark.parametrize("in_memory", [True, False])
def test_batches_are_what_the_target_is_fed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: bool
) -> None:
    if not in_memory:
        monkeypatch.setattr(target_images, "_LARGEST_IN_MEMORY", 0)
    images = make_set(tmp_path, [1, 1, 2, 0, 2, -1])
    loaded = load_training_images(images, PROFILE, scratch=tmp_path)
    assert isinstance(loaded.pixels, np.memmap) != in_memory
    assert loaded.identities.tolist() == [1, 1, 2, 2]
    assert loaded.cameras.tolist() == [0, 1, 2, 4]
    expected = prepare_images([images.paths[4], images.paths[1]], PROFILE)
    assert torch.equal(loaded.batch(np.array([3, 1]), PROFILE), expected)
    assert len(list(tmp_path.iterdir())) == len(images)


def test_the_unseen_is_hidden_after_what_is_changed_at_random(tmp_path: Path) -> None:
    blind = dataclasses.replace(PROFILE, blind="head")
    loaded = load_training_images(make_set(tmp_path, [1, 2]), blind, scratch=tmp_path)
    rows = np.array([1, 0])
    shifted = loaded.batch(rows, blind, augment=lambda images: images.roll(5, dims=2))
    expected = loaded.batch(rows, PROFILE).roll(5, dims=2)
    assert torch.equal(shifted[:, :, 14:], expected[:, :, 14:])
    assert not shifted[:, :, :14].any()
    assert expected[:, :, :14].any()


def test_digest_depends_on_pixels_and_identities(tmp_path: Path) -> None:
    loaded = load_training_images(make_set(tmp_path, [1, 1, 2]), PROFILE, scratch=tmp_path)
    darker = dataclasses.replace(loaded, pixels=loaded.pixels // 2)
    renamed = dataclasses.replace(loaded, identities=loaded.identities + 1)
    again = dataclasses.replace(loaded, pixels=loaded.pixels.copy())
    assert loaded.digest() == again.digest()
    assert len({loaded.digest(), darker.digest(), renamed.digest()}) == 3


@pytest.mark.parametrize("identities", [[], [1, 1], [0, 1, -1]])
def test_fewer_than_two_identities_are_refused(tmp_path: Path, identities: list[int]) -> None:
    with pytest.raises(DatasetError, match="at least two identities"):
        load_training_images(make_set(tmp_path, identities), PROFILE, scratch=tmp_path)
