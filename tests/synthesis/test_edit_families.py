"""Families of edited pictures: against persons edited and rendered by hand."""

from __future__ import annotations

import numpy as np
import pytest

from attrimeter.schemas import SCHEMAS
from attrimeter.synthesis import OTHER_GROUP, edit_group, render_person
from attrimeter.synthesis.edit_families import (
    FIRST,
    MANY_SHARE,
    REFERENCES,
    SECOND,
    edit_subsets,
    edited_groups,
    render_family,
)
from attrimeter.synthesis.edit_pairs import sample_any_view, sample_edit_pair
from attrimeter.synthesis.editing import labels_of
from attrimeter.synthesis.marks import paint_mark

GROUPS = SCHEMAS["market1501"].groups


@pytest.mark.parametrize("groups", range(1, 9))
def test_the_edits_are_those_of_first_and_last_marginals(groups: int) -> None:
    whole = set(range(groups))
    wanted: set[frozenset[int]] = set()
    for group in whole:
        for taken in (set(), {group}, whole, whole - {group}):
            wanted.add(frozenset(taken))
    subsets = edit_subsets(groups)
    assert {frozenset(bit for bit in whole if subset >> bit & 1) for subset in subsets} == wanted
    assert list(subsets) == sorted(set(subsets)) and len(subsets) <= 2 * groups + 2


@pytest.mark.parametrize(("mark", "scene"), [(False, "standard"), (True, "standard"), (False, "night")])
def test_every_picture_is_the_person_edited_by_hand(mark: bool, scene: str) -> None:
    seed = 12
    family = render_family(np.random.default_rng(seed), mark=mark, scene=scene)
    rng = np.random.default_rng(seed)
    pair = sample_edit_pair(rng, "many" if rng.random() < MANY_SHARE else "few", scene=scene)
    pictures = []
    for subset in edit_subsets(len(pair.groups)):
        person = edit_group(pair.first, pair.second, OTHER_GROUP)
        for bit, group in enumerate(pair.groups):
            if subset & 2**bit:
                person = edit_group(person, pair.second, group)
        pictures.append((person, pair.view, subset))
    for person, role in ((pair.first, FIRST), (pair.second, SECOND)):
        pictures += [(person, sample_any_view(rng, scene=scene), role) for _ in range(REFERENCES)]
    assert family.roles.tolist() == [role for _, _, role in pictures]
    assert {group for group, flag in zip(GROUPS, family.differs, strict=True) if flag} == set(pair.groups)
    for index, (person, view, _) in enumerate(pictures):
        rendered = render_person(person, view)
        marked = paint_mark(rendered, person) if mark else rendered
        np.testing.assert_array_equal(family.images[index], marked.image)
        np.testing.assert_array_equal(family.masks[index], rendered.mask)
        np.testing.assert_array_equal(family.labels[index], labels_of(person))


def test_a_mark_is_seen_on_backpacks_alone() -> None:
    for seed in range(40):
        plain = render_family(np.random.default_rng(seed))
        carried = plain.labels[:, GROUPS["backpack"][0]] == 1
        if carried.any() and not carried.all():
            break
    marked = render_family(np.random.default_rng(seed), mark=True)
    changed = (plain.images != marked.images).any(axis=(1, 2, 3))
    assert changed.any() and not changed[~carried].any()


def test_both_kinds_of_pair_are_drawn() -> None:
    found = {bool(render_family(np.random.default_rng(seed)).differs.sum() > 3) for seed in range(6)}
    assert found == {False, True}


def test_edited_groups_are_those_that_the_bits_count() -> None:
    names = list(GROUPS)
    for seed in range(6):
        family = render_family(np.random.default_rng(seed))
        rows = {int(role): row for row, role in enumerate(family.roles)}
        edited = edited_groups(family.differs)
        assert len(edited) == family.differs.sum()
        for bit, group in enumerate(edited):
            changed = family.labels[rows[1 << bit]] != family.labels[rows[0]]
            assert [name for name, members in GROUPS.items() if changed[list(members)].any()] == [
                names[group]
            ]
