"""Scenes: the standard one changes nothing, the night is darker and keeps its colours apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from attrimeter.errors import SettingsError
from attrimeter.schemas import BODY_PARTS, OCCLUDER_LABEL
from attrimeter.synthesis import render_person, sample_person, sample_view
from attrimeter.synthesis.palette import PALETTE
from attrimeter.synthesis.scene.background import draw_background
from attrimeter.synthesis.scene.cameras import CAMERAS
from attrimeter.synthesis.scenes import NIGHT, SCENES, STANDARD, find_scene

TORSO = BODY_PARTS.index("torso") + 1
NIGHTS = [sample_person(seed, scene=NIGHT) for seed in range(600)]


def test_unknown_looks_are_refused():
    for draw in (
        find_scene,
        lambda scene: sample_person(0, scene=scene),
        lambda scene: sample_view(0, 1, scene=scene),
    ):
        with pytest.raises(SettingsError, match="no scene 'dusk'; choose standard or night"):
            draw("dusk")


@pytest.mark.parametrize("name", SCENES)
def test_every_look_names_the_same_colours_and_keeps_them_apart(name):
    def overlap(a, b):
        hues = any(a.hue[0] < b.hue[1] + turn and b.hue[0] + turn < a.hue[1] for turn in (-360, 0, 360))
        pairs = ((a.saturation, b.saturation), (a.value, b.value))
        return hues and all(one[0] < two[1] and two[0] < one[1] for one, two in pairs)

    scene = SCENES[name]
    assert list(scene.palette) == list(PALETTE)
    colours = list(scene.palette.values())
    for index, one in enumerate(colours):
        assert not any(overlap(one, other) for other in colours[index + 1 :])
    for shares, usual in ((scene.upper, SCENES[STANDARD].upper), (scene.lower, SCENES[STANDARD].lower)):
        assert set(shares) == set(usual) and sum(shares.values()) == pytest.approx(1, abs=0.02)


def test_the_standard_look_is_what_is_drawn_without_one():
    for seed in range(30):
        assert sample_person(seed, scene=STANDARD) == sample_person(seed)
        assert sample_view(seed, seed % 6 + 1, scene=STANDARD) == sample_view(seed, seed % 6 + 1)


def test_a_view_by_night_differs_in_its_light_alone():
    for seed in range(60):
        camera = seed % 6 + 1
        day, night = sample_view(seed, camera), sample_view(seed, camera, scene=NIGHT)
        light = ("scene", "light_elevation", "sun", "exposure")
        assert replace(night, **{name: getattr(day, name) for name in light}) == day
        assert 54 <= night.light_elevation <= 78 and 0.8 <= night.sun <= 1.0
        assert night.exposure == pytest.approx(SCENES[NIGHT].light.exposure * day.exposure, abs=1e-4)
        share = (day.sun / CAMERAS[camera - 1].sun - 0.4) / 0.6
        assert night.sun == pytest.approx(0.8 + 0.2 * share, abs=1e-3)


def test_people_of_the_night_wear_its_colours_and_are_broader_or_narrower():
    blacks = np.mean([person.upper_colour.name == "black" for person in NIGHTS])
    assert blacks == pytest.approx(SCENES[NIGHT].upper["black"], abs=0.05)
    males = np.array([p.gender.shoulder for p in NIGHTS if not p.gender.female])
    usual = np.array([p.gender.shoulder for p in map(sample_person, range(600)) if not p.gender.female])
    assert males.min() < usual.min() - 0.01 and males.max() > usual.max() + 0.02
    assert males.std() > 2 * usual.std()


def picture(seed, view):
    return render_person(sample_person(seed), view)


@pytest.mark.parametrize("camera", range(1, 7))
def test_the_night_is_darker_and_noisier_before_every_camera(camera):
    day, night = sample_view(camera, camera), sample_view(camera, camera, scene=NIGHT)
    lit, dark = picture(camera, day), picture(camera, night)
    np.testing.assert_array_equal(lit.mask, dark.mask)
    assert dark.image.mean() < 0.55 * lit.image.mean()
    again = picture(camera, replace(night, noise_seed=night.noise_seed + 1)).image.astype(float) - dark.image
    usual = picture(camera, replace(day, noise_seed=day.noise_seed + 1)).image.astype(float) - lit.image
    assert again.std() > 1.5 * usual.std()


def test_the_scene_and_what_stands_in_front_are_dark_as_well():
    view = next(
        v for v in (sample_view(seed, 2) for seed in range(99)) if v.occluder and v.occluder.kind == "bush"
    )
    night = replace(view, scene=NIGHT)
    assert draw_background(night, 64, 32).mean() < 0.5 * draw_background(view, 64, 32).mean()
    day, dark = picture(1, view), picture(1, night)
    before = day.mask == OCCLUDER_LABEL
    assert before.sum() > 50 and dark.image[before].mean() < 0.8 * day.image[before].mean()


def test_warm_lamps_are_warm():
    warm, cool = (
        np.mean(
            [picture(seed, sample_view(seed, camera, scene=NIGHT)).image for seed in range(4)], axis=(0, 1, 2)
        )
        for camera in (1, 6)
    )
    assert warm[0] / warm[2] > 1.3 * cool[0] / cool[2]


@pytest.mark.parametrize("camera", range(1, 7))
def test_the_hue_of_a_plain_shirt_is_still_seen(camera):
    """The mean colour of a shirt by night is nearest in hue to its own shade."""
    view = replace(sample_view(3, camera, scene=NIGHT), occluder=None, azimuth=0.0)
    shades = {"red": (170, 30, 40), "blue": (40, 70, 160), "green": (60, 120, 50), "purple": (110, 50, 140)}
    person = sample_person(4)
    found = {}
    for name, colour in shades.items():
        cloth = replace(person.upper_colour, colour=colour, pattern="plain")
        rendered = render_person(replace(person, upper_colour=cloth, backpack=None, bag=None), view)
        shirt = rendered.image[rendered.mask == TORSO].astype(float).mean(axis=0)
        chroma = {other: shade - np.mean(shade) for other, shade in shades.items()}
        found[name] = max(
            chroma, key=lambda o: (shirt - shirt.mean()) @ chroma[o] / np.linalg.norm(chroma[o])
        )
    assert found == {name: name for name in shades}
