"""Pictures of persons: edits stay where they belong, and the same seeds give the same pixels."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from attrimeter.errors import SettingsError
from attrimeter.schemas import OCCLUDER_LABEL
from attrimeter.synthesis.drawing.projection import project_primitives, sample_grid
from attrimeter.synthesis.drawing.raycast import cast_rays
from attrimeter.synthesis.editing import GROUP_FIELDS, edit_group
from attrimeter.synthesis.person.body import tabulate_body
from attrimeter.synthesis.person.primitives import PART_LABELS
from attrimeter.synthesis.person.skeleton import pose_skeleton
from attrimeter.synthesis.renderer import render_batch, render_person
from attrimeter.synthesis.sampling import sample_person
from attrimeter.synthesis.scene.cameras import CAMERAS
from attrimeter.synthesis.scene.sensor import BLUR_RADIUS
from attrimeter.synthesis.view import Occluder, sample_view

EDITED_PARTS = {
    "hat": ("hat", "hair"),
    "hair": ("hair",),
    "upper colour": ("torso", "arms"),
    "sleeve": ("arms",),
    "lower colour": ("thighs", "shins"),
    "length": ("thighs", "shins"),
    "type": ("thighs", "shins"),
    "backpack": ("backpack",),
    "bag": ("bag",),
    "handbag": ("handbag",),
    "gender": ("face", "torso", "arms", "thighs", "shins", "backpack", "bag", "handbag"),
}
"""The parts whose surfaces an edit of the group may change, cover or uncover; gender moves the outlines."""

PAIRS = [(3, 21), (11, 2), (6, 60), (24, 10)]


def sample_labels(person, view):
    """Part labels of the four samples of each pixel (4, h, w)."""
    table = tabulate_body(person)
    surfaces = project_primitives(
        table,
        pose_skeleton(view, shoulder=person.gender.shoulder),
        azimuth=view.azimuth,
        elevation=view.elevation,
        distance=CAMERAS[view.camera - 1].distance,
    )
    surface = cast_rays(surfaces, table, *sample_grid(view, 128, 64, 2)).surface
    labels = np.append(table.parts[table.surface_primitives], 0)[surface]
    return np.stack([labels[row::2, column::2] for row in (0, 1) for column in (0, 1)])


def dilate(mask, radius):
    padded = np.pad(mask, radius)
    height, width = mask.shape
    shifts = range(2 * radius + 1)
    return np.any([padded[y : y + height, x : x + width] for y in shifts for x in shifts], axis=0)


@pytest.mark.parametrize("group", GROUP_FIELDS)
@pytest.mark.parametrize("pair", PAIRS)
def test_an_edit_changes_nothing_but_its_own_parts(group, pair):
    person, source = (sample_person(seed) for seed in pair)
    edited = edit_group(person, source, group)
    labels = [PART_LABELS[part] for part in EDITED_PARTS[group]]
    for camera in range(1, len(CAMERAS) + 1):
        view = replace(sample_view(100 * pair[0] + camera, camera), occluder=None)
        before, after = render_person(person, view), render_person(edited, view)
        allowed = np.zeros((128, 64), dtype=bool)
        for one in (person, edited):
            allowed |= np.isin(sample_labels(one, view), labels).any(axis=0)
        allowed = dilate(allowed, BLUR_RADIUS)
        changed = (before.image != after.image).any(axis=2)
        assert not (changed & ~allowed).any()
        assert not ((before.mask != after.mask) & ~allowed).any()


@pytest.mark.parametrize("group", GROUP_FIELDS)
def test_an_edit_that_differs_is_seen_from_some_side(group):
    changed = 0
    for pair in PAIRS:
        person, source = (sample_person(seed) for seed in pair)
        edited = edit_group(person, source, group)
        for azimuth in (0.0, 120.0, 240.0):
            view = replace(sample_view(1, 1), azimuth=azimuth, occluder=None)
            images = [render_person(one, view).image.astype(int) for one in (person, edited)]
            changed = max(changed, (np.abs(images[0] - images[1]).max(axis=2) > 12).sum())
    assert changed > 20


def test_an_occluder_hides_and_is_labelled():
    person = sample_person(0)
    pole = Occluder("pole", x=0.5, top=0.0, width=0.2, colour=(90, 90, 90), seed=0)
    view = replace(sample_view(0, 1), occluder=pole)
    free = render_person(person, replace(view, occluder=None))
    hidden = render_person(person, view)
    assert 0.15 < (hidden.mask == OCCLUDER_LABEL).mean() < 0.25
    elsewhere = ~dilate(hidden.mask == OCCLUDER_LABEL, 2)
    np.testing.assert_array_equal(hidden.image[elsewhere], free.image[elsewhere])
    np.testing.assert_array_equal(hidden.mask[elsewhere], free.mask[elsewhere])


GOLDEN = {
    (24, 1): [
        [153.3, 147.1, 138.2, 68.1, 65.2, 67.6, 133.8, 124.7, 112.6, 144.0, 135.6, 123.0],
        [172.5, 163.8, 149.5, 104.2, 94.0, 83.2, 118.9, 103.0, 87.7, 142.6, 135.4, 123.5],
        [173.4, 164.5, 150.3, 64.8, 64.4, 52.2, 40.4, 46.2, 33.7, 145.7, 137.6, 125.2],
        [173.5, 164.4, 150.1, 82.8, 69.2, 57.6, 54.2, 45.9, 39.3, 147.6, 136.2, 121.9],
        [175.2, 166.4, 151.8, 67.9, 62.7, 57.1, 51.7, 47.6, 44.6, 144.6, 135.1, 121.9],
        [178.3, 169.2, 154.5, 39.8, 39.3, 38.4, 72.7, 68.6, 63.9, 143.8, 136.3, 124.4],
        [172.6, 163.8, 149.4, 108.6, 103.5, 95.9, 77.3, 73.1, 67.7, 142.4, 134.9, 123.3],
        [172.0, 163.1, 148.9, 149.5, 141.5, 129.1, 97.7, 92.9, 86.4, 135.0, 128.0, 116.9],
    ],
    (3, 3): [
        [113.5, 91.9, 85.0, 98.1, 78.0, 69.8, 127.1, 103.4, 95.2, 141.5, 115.0, 106.6],
        [115.4, 93.2, 85.9, 95.5, 78.1, 70.6, 124.2, 101.3, 93.5, 143.6, 116.2, 107.4],
        [123.9, 100.6, 93.3, 124.0, 104.1, 97.6, 128.0, 106.9, 100.3, 145.3, 116.8, 108.1],
        [104.9, 91.5, 89.2, 102.8, 94.9, 107.3, 124.3, 109.4, 110.9, 120.6, 104.3, 101.7],
        [96.9, 99.4, 106.0, 54.7, 65.6, 108.0, 100.6, 101.9, 123.8, 111.4, 114.4, 121.9],
        [99.8, 102.2, 108.7, 50.4, 62.3, 109.1, 76.6, 87.0, 126.8, 113.8, 116.6, 123.7],
        [94.1, 96.5, 103.7, 47.0, 60.1, 112.6, 70.7, 82.1, 126.6, 106.8, 109.6, 117.4],
        [90.5, 92.8, 99.5, 94.5, 97.5, 107.7, 106.6, 109.7, 119.5, 114.5, 117.4, 125.9],
    ],
}
"""Means over 16 x 16 pixels of the picture of person and view with that seed, in that camera."""


def shrink(image):
    return image.reshape(8, 16, 4, 16, 3).mean(axis=(1, 3)).reshape(8, 12)


@pytest.mark.parametrize("key", GOLDEN)
def test_pictures_are_what_they_were(key):
    seed, camera = key
    image = render_person(sample_person(seed), sample_view(seed, camera)).image
    np.testing.assert_allclose(shrink(image), GOLDEN[key], atol=0.6)


PROGRAM = """
import hashlib
from attrimeter.synthesis import render_batch, sample_person, sample_view
images, masks = render_batch(
    [sample_person(s) for s in range(6)], [sample_view(s, s + 1) for s in range(6)]
)
print(hashlib.sha256(images.tobytes() + masks.tobytes()).hexdigest())
"""


def test_two_runs_and_two_processes_give_the_same_bytes():
    persons = [sample_person(seed) for seed in range(6)]
    views = [sample_view(seed, seed + 1) for seed in range(6)]
    first, second = (render_batch(persons, views) for _ in range(2))
    np.testing.assert_array_equal(first[0], second[0])
    np.testing.assert_array_equal(first[1], second[1])
    other = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    here = hashlib.sha256(first[0].tobytes() + first[1].tobytes()).hexdigest()
    assert other.stdout.strip() == here


def test_a_batch_is_its_pictures_one_by_one():
    persons, views = [sample_person(1), sample_person(2)], [sample_view(1, 2), sample_view(2, 5)]
    images, masks = render_batch(persons, views, (96, 48))
    assert images.shape == (2, 96, 48, 3)
    assert masks.shape == (2, 96, 48)
    for index in range(2):
        alone = render_person(persons[index], views[index], (96, 48))
        np.testing.assert_array_equal(images[index], alone.image)
        np.testing.assert_array_equal(masks[index], alone.mask)


def test_an_empty_batch():
    images, masks = render_batch([], [])
    assert images.shape == (0, 128, 64, 3)
    assert masks.shape == (0, 128, 64)


def test_bad_requests_are_refused():
    with pytest.raises(SettingsError, match="2 persons came with 1 views"):
        render_batch([sample_person(0)] * 2, [sample_view(0, 1)])
    with pytest.raises(SettingsError, match="width of a picture must be"):
        render_person(sample_person(0), sample_view(0, 1), (128, 8))


def test_same_labels_other_person_other_picture():
    person = sample_person(4)
    twin = replace(person, upper_colour=replace(person.upper_colour, seed=1, colour=(200, 60, 60)))
    view = sample_view(0, 1)
    assert (render_person(person, view).image != render_person(twin, view).image).any()
