from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from attrimeter.errors import ImageError
from attrimeter.synthesis import edit_group, render_person, sample_person, sample_view
from attrimeter.targets.catalogue import PROFILES
from attrimeter.targets.preprocessing import hide_unseen, prepare_images

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


def luma_of(pixel: tuple[int, int, int]) -> float:
    red, green, blue = pixel
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


def test_hue_is_replaced_by_the_luma_of_each_pixel() -> None:
    profile = dataclasses.replace(PROFILE, image_size=(41, 23), blind="hue")
    image = make_image(0)
    inputs = prepare_images([image], profile)[0]
    for row, column in ((0, 0), (17, 5), (40, 22)):
        luma = luma_of(tuple(image[row, column].tolist()))
        for channel in range(3):
            slow = (luma - profile.pixel_mean[channel]) / profile.pixel_std[channel]
            assert inputs[channel, row, column].item() == pytest.approx(slow, abs=1e-5)


@pytest.mark.parametrize(("blind", "hidden"), [("head", range(56)), ("lower", range(46, 128))])
def test_hidden_rows_hold_the_mean_colour_and_all_others_what_they_held(blind: str, hidden: range) -> None:
    sighted = dataclasses.replace(PROFILE, image_size=(128, 64))
    inputs = prepare_images([make_image(0)], sighted)
    before = inputs.clone()
    seen = hide_unseen(inputs, dataclasses.replace(sighted, blind=blind))
    for row in range(128):
        assert torch.equal(seen[:, :, row], torch.zeros(1, 3, 64) if row in hidden else before[:, :, row])
    assert torch.equal(inputs, before)
    assert torch.equal(prepare_images([make_image(0)], dataclasses.replace(sighted, blind=blind)), seen)


def test_who_is_blind_to_nothing_sees_the_very_same_tensor() -> None:
    inputs = prepare_images([make_image(0)], PROFILE)
    assert hide_unseen(inputs, PROFILE) is inputs


@pytest.mark.parametrize(
    ("blind", "groups"),
    [("head", ("hat", "hair")), ("lower", ("lower colour", "length", "type"))],
)
def test_edits_of_what_is_hidden_change_nothing(blind: str, groups: tuple[str, ...]) -> None:
    profile = dataclasses.replace(PROFILE, image_size=(128, 64), blind=blind)
    for seed in range(12):
        rng = np.random.Generator(np.random.PCG64(seed))
        person, source, view = sample_person(rng), sample_person(rng), sample_view(rng, seed % 6 + 1)
        edited = person
        for group in groups:
            edited = edit_group(edited, source, group)
        first, second = (render_person(one, view).image for one in (person, edited))
        assert not np.array_equal(first, second)
        inputs = prepare_images([first, second], profile)
        assert torch.equal(inputs[0], inputs[1])


def test_no_images_give_an_empty_batch() -> None:
    assert prepare_images([], PROFILE).shape == (0, 3, 24, 18)


@pytest.mark.parametrize("single", ["person.jpg", Path("person.jpg"), make_image(0)])
def test_a_single_image_is_refused(single: object) -> None:
    with pytest.raises(ImageError, match="list of images"):
        prepare_images(single, PROFILE)  # type: ignore[arg-type]
