from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from attrimeter.errors import ImageError
from attrimeter.targets.catalogue import PROFILES
from attrimeter.targets.preprocessing import prepare_images

PROFILE = dataclasses.replace(PROFILES["demo"], image_size=(24, 18))


def make_image(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (41, 23, 3), dtype=np.uint8)


@pytest.mark.parametrize("interpolation", ["bilinear", "bicubic"])
def test_pixels_are_those_of_pillow_normalised_one_by_one(interpolation: str) -> None:
    profile = dataclasses.replace(PROFILE, interpolation=interpolation)
    images = [make_image(0), make_image(1)]
    inputs = prepare_images(images, profile)
    assert inputs.dtype == torch.float32
    for n, image in enumerate(images):
        resized = Image.fromarray(image).resize((18, 24), Image.Resampling[interpolation.upper()])
        for channel in range(3):
            value = resized.getpixel((5, 11))[channel] / 255
            slow = (value - profile.pixel_mean[channel]) / profile.pixel_std[channel]
            assert inputs[n, channel, 11, 5].item() == pytest.approx(slow, abs=1e-6)


def test_no_images_give_an_empty_batch() -> None:
    assert prepare_images([], PROFILE).shape == (0, 3, 24, 18)


@pytest.mark.parametrize("single", ["person.jpg", Path("person.jpg"), make_image(0)])
def test_a_single_image_is_refused(single: object) -> None:
    with pytest.raises(ImageError, match="list of images"):
        prepare_images(single, PROFILE)  # type: ignore[arg-type]
