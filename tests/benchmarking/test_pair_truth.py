"""The truth of one rendered pair, beside distances that are measured picture by picture."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from attrimeter.benchmarking.pair_truth import edited_fields, measure_pair
from attrimeter.synthesis import edit_group, render_person, sample_person
from attrimeter.synthesis.editing import OTHER_GROUP
from attrimeter.synthesis.specification_list import RenderedPicture, read_specifications
from attrimeter.targets import Target, open_target
from attrimeter.values import OTHER

EDITED = ("upper colour", "hair", "length")


@pytest.fixture(scope="module")
def pictures(rendered_set: Path) -> tuple[RenderedPicture, RenderedPicture]:
    """A person in one view; one who differs in three groups and in what no group names, in another view."""
    first, second = read_specifications(rendered_set)[:2]
    donor = sample_person(5)
    person = first.person
    for group in (*EDITED, OTHER_GROUP):
        person = edit_group(person, donor, group)
    return first, replace(second, person=person)


def squared(target: Target, first: RenderedPicture, second: RenderedPicture) -> float:
    images = [render_person(side.person, side.view).image for side in (first, second)]
    one, other = target.embed_images(images).astype(np.float64)
    return float(np.square(one - other).sum())


def test_shares_are_mean_marginals_over_all_orders(
    tiny_target_file: Path, pictures: tuple[RenderedPicture, RenderedPicture]
) -> None:
    target, (first, second) = open_target(tiny_target_file), pictures
    total = squared(target, first, second)
    start = replace(second, person=edit_group(first.person, second.person, OTHER_GROUP))
    marginals: dict[str, list[float]] = {group: [] for group in EDITED}
    for order in permutations(EDITED):
        shown, before = start, squared(target, first, start)
        for group in order:
            shown = replace(shown, person=edit_group(shown.person, second.person, group))
            after = squared(target, first, shown)
            marginals[group].append(after - before)
            before = after
    truth = measure_pair(target, first, second)
    assert truth.pictures == 8 and sum(truth.shares.values()) == pytest.approx(1)
    assert truth.shares[OTHER] == pytest.approx(squared(target, first, start) / total, rel=1e-4)
    for group in truth.shares.keys() - {OTHER}:
        mean = np.mean(marginals[group]) if group in EDITED else 0.0
        assert truth.shares[group] == pytest.approx(mean / total, rel=1e-3, abs=1e-6), group


def test_an_edit_of_one_group_carries_all_and_of_none_nothing(
    tiny_target_file: Path, pictures: tuple[RenderedPicture, RenderedPicture]
) -> None:
    target, first = open_target(tiny_target_file), pictures[0]
    edited = replace(first, person=edit_group(first.person, sample_person(5), "upper colour"))
    assert edited_fields(first.person, edited.person) == ("upper colour",)
    shares = measure_pair(target, first, edited).shares
    assert {name: share for name, share in shares.items() if share} == {"upper colour": pytest.approx(1)}
    assert not any(measure_pair(target, first, first).shares.values())
