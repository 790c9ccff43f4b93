"""Pairs of persons who differ in known groups, and the persons between them."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from attrimeter.errors import SettingsError
from attrimeter.schemas import SCHEMAS
from attrimeter.synthesis import OTHER_GROUP, edit_group, sample_person
from attrimeter.synthesis.edit_pairs import (
    FEW,
    KINDS,
    MOST_GROUPS,
    EditPair,
    differing_groups,
    sample_any_view,
    sample_edit_pair,
)
from attrimeter.synthesis.editing import GROUP_FIELDS, labels_of
from attrimeter.synthesis.scene.cameras import CAMERAS

SCHEMA = SCHEMAS["market1501"]


def draw(kind: str, count: int = 30) -> list[EditPair]:
    return [sample_edit_pair(np.random.default_rng([seed, 3]), kind) for seed in range(count)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_pair_differs_in_its_groups_and_in_nothing_else(kind: str) -> None:
    bounds = {"same": (0, 0), "few": (1, FEW), "many": (FEW + 1, MOST_GROUPS), "edited": (1, MOST_GROUPS)}
    least, most = bounds[kind]
    pairs = draw(kind)
    for pair in pairs:
        assert pair.kind == kind and least <= len(pair.groups) <= most
        wrong = labels_of(pair.first) != labels_of(pair.second)
        by_label = {group for group, members in SCHEMA.groups.items() if wrong[list(members)].any()}
        assert set(pair.groups) == by_label
        kept = {GROUP_FIELDS[group]: getattr(pair.first, GROUP_FIELDS[group]) for group in pair.groups}
        assert replace(pair.second, other=pair.first.other, **kept) == pair.first
        if kind in ("same", "edited"):
            assert pair.second.other == pair.first.other and pair.edited(()) == pair.first
    assert {len(pair.groups) for pair in pairs} == set(range(least, most + 1))


def test_taking_none_all_or_some_groups() -> None:
    for pair in draw("many", 5):
        other = edit_group(pair.first, pair.second, OTHER_GROUP)
        assert pair.edited(()) == other and labels_of(other).tolist() == labels_of(pair.first).tolist()
        assert pair.edited(pair.groups) == pair.second
        some = pair.groups[:3]
        assert {pair.edited(order) for order in permutations(some)} == {pair.edited(some)}
        assert set(differing_groups(pair.first, pair.edited(some))) == set(some)
        assert set(differing_groups(pair.edited(some), pair.second)) == set(pair.groups) - set(some)


def test_differing_groups_come_in_the_order_of_the_fields() -> None:
    rng = np.random.default_rng(0)
    found = differing_groups(sample_person(rng), sample_person(rng))
    assert list(found) == [group for group in GROUP_FIELDS if group in found] and found


def test_the_same_person_twice_is_one_person() -> None:
    (pair,) = draw("same", 1)
    assert pair.first is pair.second and pair.edited(()) == pair.first


def test_every_camera_is_drawn() -> None:
    rng = np.random.default_rng(1)
    assert {sample_any_view(rng).camera for _ in range(100)} == set(range(1, len(CAMERAS) + 1))


def test_persons_and_views_have_the_look() -> None:
    pair = sample_edit_pair(np.random.default_rng(3), "few", scene="night")
    rng = np.random.default_rng(3)
    assert pair.first == sample_person(rng, scene="night") != sample_person(np.random.default_rng(3))
    assert pair.view.scene == sample_any_view(rng, scene="night").scene == "night"


def test_wrong_use_is_told() -> None:
    with pytest.raises(SettingsError, match="no kind of pair 'some'; choose from few, many, same"):
        sample_edit_pair(np.random.default_rng(0), "some")
    pair = draw("few", 1)[0]
    foreign = next(group for group in GROUP_FIELDS if group not in pair.groups)
    with pytest.raises(SettingsError, match=f"{foreign!r} is not among the groups that differ"):
        pair.edited([foreign])
