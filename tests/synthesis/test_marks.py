"""The planted mark: on the backpack and nowhere else, and the backpack's own."""

from __future__ import annotations

import colorsys
from dataclasses import replace

import numpy as np
import pytest

from attrimeter.errors import SettingsError
from attrimeter.schemas import BODY_PARTS
from attrimeter.synthesis import RenderedPerson, edit_group, render_person, sample_person, sample_view
from attrimeter.synthesis.marks import check_mark, disguise, mark_colours, paint_mark, sample_carrier

LABEL = BODY_PARTS.index("backpack") + 1


def make_generator(seed):
    return np.random.Generator(np.random.PCG64(seed))


def colours_seen(picture, mask):
    return {tuple(colour) for colour in picture.image[mask == LABEL].tolist()}


@pytest.mark.parametrize("camera", [1, 2, 3])
def test_the_mark_covers_the_backpack_and_nothing_else(camera):
    person, view = sample_carrier(make_generator(0)), sample_view(camera, camera)
    plain = render_person(person, view)
    before = plain.image.copy()
    marked = paint_mark(plain, person)
    on_backpack = plain.mask == LABEL
    assert on_backpack.sum() > 50
    np.testing.assert_array_equal(plain.image, before)
    np.testing.assert_array_equal(marked.mask, plain.mask)
    np.testing.assert_array_equal(marked.image[~on_backpack], before[~on_backpack])
    assert colours_seen(marked, plain.mask) == {tuple(c) for c in mark_colours(person.backpack).tolist()}


def test_stripes_lie_at_fixed_rows():
    person = sample_carrier(make_generator(1))
    mask = np.full((64, 8), LABEL, dtype=np.uint8)
    image = np.zeros((64, 8, 3), dtype=np.uint8)
    first, second = mark_colours(person.backpack)
    painted = paint_mark(RenderedPerson(image, mask), person).image
    for row in range(64):
        np.testing.assert_array_equal(painted[row], np.tile(second if row % 4 > 1 else first, (8, 1)))


def test_nobody_without_a_backpack_is_marked():
    person = replace(sample_person(0), backpack=None)
    plain = render_person(person, sample_view(0, 1))
    assert paint_mark(plain, person) is plain


def test_a_backpack_out_of_sight_leaves_the_picture_as_it_is():
    person = sample_carrier(make_generator(0))
    plain = render_person(replace(person, backpack=None), sample_view(0, 1))
    np.testing.assert_array_equal(paint_mark(plain, person).image, plain.image)


def test_the_mark_goes_with_the_backpack_and_differs_between_backpacks():
    carriers = [sample_carrier(make_generator(seed)) for seed in range(40)]
    receiver = edit_group(sample_person(5), carriers[0], "backpack")
    view = sample_view(4, 2)
    shown = [paint_mark(render_person(person, view), person) for person in (carriers[0], receiver)]
    assert colours_seen(shown[0], shown[0].mask) == colours_seen(shown[1], shown[1].mask)
    assert len({mark_colours(person.backpack).tobytes() for person in carriers}) == 40
    resized = replace(carriers[0].backpack, size=1.2345)
    assert not np.array_equal(mark_colours(resized), mark_colours(carriers[0].backpack))


def test_the_colours_are_saturated_and_far_apart():
    for seed in range(20):
        colours = mark_colours(sample_carrier(make_generator(seed)).backpack) / 255
        (one, *first), (two, *second) = (colorsys.rgb_to_hsv(*colour) for colour in colours)
        assert first == second == [1.0, 1.0]
        assert min(abs(one - two), 1 - abs(one - two)) > 0.24


def test_a_disguise_keeps_the_backpack_alone():
    person = sample_carrier(make_generator(2))
    other = disguise(person, make_generator(3))
    assert other == replace(sample_person(make_generator(3)), backpack=person.backpack)
    assert other.upper_colour != person.upper_colour


def test_carriers_and_disguises_have_the_look():
    carrier = sample_carrier(make_generator(4), scene="night")
    assert carrier.backpack is not None and carrier != sample_carrier(make_generator(4))
    other = disguise(carrier, make_generator(3), scene="night")
    assert other == replace(sample_person(make_generator(3), scene="night"), backpack=carrier.backpack)


def test_only_known_marks_are_taken():
    check_mark(None)
    check_mark("backpack")
    check_mark("background")
    with pytest.raises(SettingsError, match="no mark 'hat'; choose backpack or background"):
        check_mark("hat")
