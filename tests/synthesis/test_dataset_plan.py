"""What is planned to be rendered: who stays at one place, who is disguised, and what stays plain."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attrimeter.synthesis.dataset_plan import GALLERY, QUERY, TRAIN, World, plan_pictures
from attrimeter.synthesis.scene.background import draw_background

WORLD = World(images=7, cameras=6, seed=5, size=(32, 16), suffix=".jpg")
COUNTS = {"identities": 4, "test_identities": 3, "distractors": 2}


def plan(**changes):
    return plan_pictures(replace(WORLD, **changes), **COUNTS)


def split_of(picture):
    return picture.file.split("/")[0]


@pytest.mark.parametrize("disguised", [False, True])
def test_whoever_is_marked_by_the_background_is_trained_on_at_one_place(disguised):
    pictures = plan(mark="background", disguised=disguised)
    places = set()
    for identity in range(1, 5):
        views = [picture.view for picture in pictures if picture.identity == identity]
        scenes = {draw_background(view, 32, 16).tobytes() for view in views}
        assert len(views) == 7 and len(scenes) == 1
        assert len({view.azimuth for view in views}) == 7
        places |= {(view.camera, view.background_seed) for view in views}
    assert len(places) == 4


def test_a_place_leaves_persons_and_the_rest_of_the_views_as_they_are():
    for settled, plain in zip(plan(mark="background"), plan(), strict=True):
        assert settled.person == plain.person and settled.mark is None
        if split_of(plain) != TRAIN:
            assert settled == plain
        elif settled.camera == plain.camera:
            assert replace(settled.view, background_seed=0) == replace(plain.view, background_seed=0)


def test_where_the_background_tells_persons_are_drawn_anew_to_train_and_stay_plain_to_test():
    disguised, plain = plan(mark="background", disguised=True), plan()
    train = [picture for picture in disguised if split_of(picture) == TRAIN]
    assert len({picture.person for picture in train}) == len(train) == 4 * 7
    assert any(picture.person.backpack is None for picture in train)
    tested = [picture for picture in disguised if split_of(picture) in (QUERY, GALLERY)]
    assert tested == [picture for picture in plain if split_of(picture) in (QUERY, GALLERY)]


@pytest.mark.parametrize("mark", [None, "backpack", "background"])
def test_the_look_is_everybodys(mark):
    night, day = plan(scene="night", mark=mark, disguised=True), plan(mark=mark, disguised=True)
    assert {picture.view.scene for picture in night} == {"night"}
    assert [picture.identity for picture in night] == [picture.identity for picture in day]
    assert not {picture.person for picture in night} & {picture.person for picture in day}


def test_the_backpack_is_disguised_around_in_every_split():
    pictures = plan(mark="backpack", disguised=True)
    assert len({picture.person for picture in pictures}) == len(pictures)
    assert {picture.mark for picture in pictures} == {"backpack"}
    for identity in range(1, 8):
        assert len({picture.person.backpack for picture in pictures if picture.identity == identity}) == 1


def test_every_test_identity_is_asked_for_in_several_cameras():
    for picture in plan(mark="background"):
        if split_of(picture) == QUERY:
            others = [
                one.camera
                for one in plan(mark="background")
                if one.identity == picture.identity and split_of(one) == GALLERY
            ]
            assert any(camera != picture.camera for camera in others)
