from __future__ import annotations

import dataclasses

import pytest
import torch

from attrimeter.errors import SettingsError
from attrimeter.fitting.target.augmentation import build_augmentation, import_for_training
from attrimeter.fitting.target.settings import TargetTrainingSettings
from attrimeter.targets import PROFILES

PROFILE = dataclasses.replace(PROFILES["demo"], image_size=(32, 16))
NOTHING = TargetTrainingSettings(profile=PROFILE, mirror_probability=0, crop_padding=0, erase_probability=0)


def make_images() -> torch.Tensor:
    return 1 + torch.rand(64, 3, 32, 16, generator=torch.Generator().manual_seed(0))


def test_nothing_asked_for_changes_nothing() -> None:
    assert torch.equal(build_augmentation(NOTHING)(make_images()), make_images())


def test_mirroring() -> None:
    augment = build_augmentation(dataclasses.replace(NOTHING, mirror_probability=1))
    assert torch.equal(augment(make_images()), make_images().flip(3))


def test_cropping_shifts_each_image_by_whole_pixels_and_pads_with_zeros() -> None:
    torch.manual_seed(0)
    images = make_images()
    cropped = build_augmentation(dataclasses.replace(NOTHING, crop_padding=3))(images)
    padded = torch.nn.functional.pad(images, (3, 3, 3, 3))
    shifts = set()
    for image, source in zip(cropped, padded, strict=True):
        found = [
            (y, x)
            for y in range(7)
            for x in range(7)
            if torch.equal(image, source[:, y : y + 32, x : x + 16])
        ]
        assert len(found) == 1
        shifts.add(found[0])
    assert len(shifts) > 20


def test_erasing_sets_one_rectangle_of_each_image_to_zero() -> None:
    torch.manual_seed(0)
    images = make_images()
    erased = build_augmentation(dataclasses.replace(NOTHING, erase_probability=1))(images)
    areas = []
    for image, source in zip(erased, images, strict=True):
        is_gone = (image == 0).all(dim=0)
        rows, columns = is_gone.any(1).nonzero(), is_gone.any(0).nonzero()
        assert is_gone[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1].all()
        assert torch.equal(image[:, ~is_gone], source[:, ~is_gone])
        areas.append(is_gone.float().mean().item())
    assert 0 < min(areas) < 0.15 < max(areas) < 0.4


def test_probabilities_are_kept() -> None:
    torch.manual_seed(0)
    augment = build_augmentation(dataclasses.replace(NOTHING, mirror_probability=0.5))
    mirrored = sum(
        int((image != source).any())
        for _ in range(5)
        for image, source in zip(augment(make_images()), make_images(), strict=True)
    )
    assert 110 < mirrored < 210


def test_a_missing_package_is_said_with_the_way_to_get_it() -> None:
    with pytest.raises(SettingsError, match=r"needs no-such-package.*pip install 'attrimeter\[train\]'"):
        import_for_training("no_such_package.part")
