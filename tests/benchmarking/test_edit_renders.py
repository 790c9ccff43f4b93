from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from attrimeter.benchmarking import edit_renders
from attrimeter.benchmarking.edit_renders import plan_pairs, render_edits, render_plan
from attrimeter.errors import SettingsError
from attrimeter.synthesis import OTHER_GROUP, edit_group, render_person, sample_any_view, sample_edit_pair
from attrimeter.synthesis.marks import paint_mark


def test_a_plan_is_what_its_generators_draw() -> None:
    plan = plan_pairs({"same": 1, "few": 2, "many": 1}, seed=4, stream=9)
    assert [planned.pair.kind for planned in plan] == ["few", "few", "many", "same"]
    assert len({planned.number for planned in plan}) == 4
    for planned in plan:
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([9, 4, planned.number])))
        assert sample_edit_pair(rng, planned.pair.kind) == planned.pair
        assert sample_any_view(rng) == planned.first_view


def test_a_plan_has_its_look() -> None:
    for planned in plan_pairs({"few": 1, "edited": 1}, seed=4, stream=9, disturb=0, scene="night"):
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([9, 4, planned.number])))
        drawn = sample_edit_pair(rng, planned.pair.kind, scene="night")
        assert (drawn.first, drawn.second) == (planned.pair.first, planned.pair.second)
        assert planned.first_view.scene == planned.pair.view.scene == "night"


@pytest.mark.parametrize("disturb", [None, 0])
def test_an_edited_pair_is_seen_in_one_view(disturb: int | None) -> None:
    plan = plan_pairs({"edited": 3}, seed=4, stream=9, disturb=disturb)
    plain = plan_pairs({"edited": 3}, seed=4, stream=9)
    for planned, before in zip(plan, plain, strict=True):
        assert planned.first_view == planned.pair.view
        assert (planned.pair.view == before.pair.view) == (disturb is None)
    (rendered,) = render_edits(plan[:1])
    np.testing.assert_array_equal(rendered.first, rendered.edits[0])
    assert (rendered.first != rendered.edits[-1]).any()


def test_more_pairs_leave_the_others_as_they_are() -> None:
    small = plan_pairs({"few": 2}, seed=0, stream=1)
    large = plan_pairs({"many": 2, "few": 3}, seed=0, stream=1)
    assert large[:2] == small
    assert plan_pairs({"few": 2}, seed=1, stream=1)[0] != small[0]
    assert plan_pairs({"few": 2}, seed=0, stream=2)[0] != small[0]
    assert plan_pairs({}, seed=0, stream=1) == []


def test_disturbing_changes_what_has_nothing_to_do_with_the_person() -> None:
    plain = plan_pairs({"few": 20}, seed=0, stream=1)
    disturbed = plan_pairs({"few": 20}, seed=0, stream=1, disturb=0)
    other = plan_pairs({"few": 20}, seed=0, stream=1, disturb=1)
    for one, two, three in zip(plain, disturbed, other, strict=True):
        seeds = {(p.pair.view.background_seed, p.pair.view.noise_seed) for p in (one, two, three)}
        assert len(seeds) == 3
        view = replace(
            two.pair.view,
            background_seed=one.pair.view.background_seed,
            noise_seed=one.pair.view.noise_seed,
            occluder=one.pair.view.occluder,
        )
        assert replace(two, pair=replace(two.pair, view=view)) == one
    occluders = [p.pair.view.occluder for plan in (plain, disturbed) for p in plan]
    assert occluders[:20] != occluders[20:] and any(occluders[20:])


def test_the_bits_of_an_edit_are_its_groups() -> None:
    plan = plan_pairs({"few": 20}, seed=0, stream=1)
    planned = next(planned for planned in plan if len(planned.pair.groups) == 3)
    pair = planned.pair
    (rendered,) = render_edits([planned])
    assert planned.pictures == 1 + len(rendered.edits) == 9
    for subset in (0, 1, 4, 6, 7):
        person = edit_group(pair.first, pair.second, OTHER_GROUP)
        for bit, group in enumerate(pair.groups):
            if subset & 2**bit:
                person = edit_group(person, pair.second, group)
        np.testing.assert_array_equal(rendered.edits[subset], render_person(person, pair.view).image)
    first, second = render_person(pair.first, planned.first_view), render_person(pair.second, pair.view)
    np.testing.assert_array_equal(rendered.first, first.image)
    np.testing.assert_array_equal(rendered.first_mask, first.mask)
    np.testing.assert_array_equal(rendered.edits[-1], second.image)
    np.testing.assert_array_equal(rendered.second_mask, second.mask)


def test_a_mark_is_on_every_backpack_and_nowhere_else() -> None:
    plan = plan_pairs({"few": 40}, seed=0, stream=1)
    planned = next(planned for planned in plan if "backpack" in planned.pair.groups)
    pair = planned.pair
    (plain,), (marked,) = render_edits([planned]), render_edits([planned], mark=True)
    first = paint_mark(render_person(pair.first, planned.first_view), pair.first)
    np.testing.assert_array_equal(marked.first, first.image)
    carriers = 0
    for subset in range(len(marked.edits)):
        person = pair.edited([group for bit, group in enumerate(pair.groups) if subset & 2**bit])
        expected = paint_mark(render_person(person, pair.view), person).image
        np.testing.assert_array_equal(marked.edits[subset], expected)
        carriers += person.backpack is not None
        assert person.backpack is not None or (marked.edits[subset] == plain.edits[subset]).all()
    assert carriers == len(marked.edits) / 2
    np.testing.assert_array_equal(marked.second_mask, plain.second_mask)
    (through_plan,) = next(render_plan([planned], workers=1, mark=True))
    np.testing.assert_array_equal(through_plan.edits, marked.edits)


@pytest.mark.parametrize("workers", [1, 2])
def test_pairs_come_in_order_in_chunks(monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    monkeypatch.setattr(edit_renders, "_CHUNK_PICTURES", 6)
    monkeypatch.setattr(edit_renders, "_CHUNKS_AHEAD", 1)
    plan = plan_pairs({"same": 8, "few": 1}, seed=0, stream=3)
    chunks = list(render_plan(plan, workers=workers))
    assert [len(chunk) for chunk in chunks[-3:]] == [3, 3, 2]
    rendered = [pair for chunk in chunks for pair in chunk]
    assert len(rendered) == len(plan)
    for planned, pair in zip(plan, rendered, strict=True):
        first = render_person(planned.pair.first, planned.first_view)
        np.testing.assert_array_equal(pair.first, first.image)


@pytest.mark.parametrize(
    ("kinds", "numbers", "message"),
    [
        ({"some": 1}, {}, "no kind of pair 'some'; choose from few, many, same"),
        ({"few": -1}, {}, "the number of 'few' pairs must be .* got -1"),
        ({"few": 1}, {"seed": -2}, "seed must be .* got -2"),
        ({"few": 1}, {"disturb": -1}, "disturb is -1"),
    ],
)
def test_bad_plans_are_refused(kinds: dict[str, int], numbers: dict[str, int], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        plan_pairs(kinds, **{"seed": 0, "stream": 1, **numbers})


def test_no_worker_is_refused() -> None:
    with pytest.raises(SettingsError, match="workers must be .* got 0"):
        list(render_plan([], workers=0))


def test_workers_start_without_torch() -> None:
    code = "import sys, attrimeter.benchmarking.edit_renders; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
