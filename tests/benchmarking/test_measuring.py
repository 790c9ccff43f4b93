from __future__ import annotations

from dataclasses import fields, replace
from itertools import permutations, product
from pathlib import Path

import numpy as np
import pytest

from attrimeter.benchmarking.edit_renders import plan_pairs, render_edits
from attrimeter.benchmarking.measuring import edit_distances, measure_tables, pairs_of
from attrimeter.errors import SettingsError
from attrimeter.metrics.shapley import shapley_values
from attrimeter.schemas import SCHEMAS
from attrimeter.synthesis import labels_of, render_person
from attrimeter.synthesis.editing import GROUP_FIELDS
from attrimeter.targets import Target, open_target
from attrimeter.values import MeasuredPairs
from attrimeter.values.edit_tables import EditTables
from benchmarking.measured import measure_pairs, tables_of_kinds

KINDS = {"few": 3, "many": 1, "same": 2, "edited": 1}
SETTINGS = {"seed": 1, "stream": 5}


@pytest.fixture(scope="module")
def target(tiny_target_file: Path) -> Target:
    return open_target(tiny_target_file)


@pytest.fixture(scope="module")
def pairs(target: Target) -> MeasuredPairs:
    return measure_pairs(target, kinds=KINDS, **SETTINGS, workers=1)


@pytest.fixture(scope="module")
def tables(target: Target) -> EditTables:
    return tables_of_kinds(target, kinds={"many": 2, "few": 2}, **SETTINGS, workers=1)


def test_truth_and_none_sum_to_the_distance(pairs: MeasuredPairs, target: Target) -> None:
    np.testing.assert_allclose(pairs.truth.sum(axis=1) + pairs.none, pairs.total, rtol=1e-9)
    first, second = (target.embed_images(list(x)).astype(float) for x in (pairs.first, pairs.second))
    np.testing.assert_allclose(pairs.total, ((first - second) ** 2).sum(axis=1), rtol=1e-4)
    assert (pairs.total > 0).all()


def test_truth_is_the_average_over_the_orders_of_editing(pairs: MeasuredPairs, target: Target) -> None:
    """One picture at a time, with the groups by name; for the pair with the most differences of "few"."""
    plan = plan_pairs(KINDS, **SETTINGS)
    row = max(range(3), key=lambda i: len(plan[i].pair.groups))
    pair = plan[row].pair
    assert len(pair.groups) >= 2
    start = target.embed_images([render_person(pair.first, plan[row].first_view).image])[0].astype(float)

    def distance(taken: tuple[str, ...]) -> float:
        picture = render_person(pair.edited(taken), pair.view).image
        return float(((target.embed_images([picture])[0] - start) ** 2).sum())

    orders = list(permutations(pair.groups))
    expected = dict.fromkeys(pairs.groups, 0.0)
    for order in orders:
        for place, group in enumerate(order):
            expected[group] += (distance(order[: place + 1]) - distance(order[:place])) / len(orders)
    found = dict(zip(pairs.groups, pairs.truth[row], strict=True))
    scale = 1e-4 * pairs.total[row]
    assert found == pytest.approx(expected, rel=1e-3, abs=scale)
    assert pairs.none[row] == pytest.approx(distance(()), rel=1e-4)


def test_groups_that_differ_are_those_whose_labels_do(pairs: MeasuredPairs) -> None:
    schema = SCHEMAS["market1501"]
    assert pairs.groups == tuple(schema.groups)
    for row, planned in enumerate(plan_pairs(KINDS, **SETTINGS)):
        unequal = labels_of(planned.pair.first) != labels_of(planned.pair.second)
        for column, group in enumerate(pairs.groups):
            assert pairs.differs[row, column] == unequal[list(schema.groups[group])].any()
    assert (pairs.truth[~pairs.differs] == 0).all()
    assert (pairs.truth[pairs.differs] != 0).all()


def test_same_person_has_only_other(pairs: MeasuredPairs) -> None:
    same = pairs.kinds == "same"
    assert pairs.kinds.tolist() == ["few"] * 3 + ["many"] + ["same"] * 2 + ["edited"]
    np.testing.assert_array_equal(pairs.none[same], pairs.total[same])
    assert not pairs.differs[same].any()
    assert len(set(pairs.identities.tolist())) == len(pairs) == 7


def test_an_edited_picture_has_no_other(pairs: MeasuredPairs) -> None:
    edited = pairs.take(pairs.kinds == "edited")
    assert edited.none == 0 and edited.differs.any() and (edited.first != edited.second).any()


def test_workers_do_not_change_the_result(pairs: MeasuredPairs, target: Target) -> None:
    again = measure_pairs(target, kinds=KINDS, **SETTINGS, workers=2)
    for field in fields(MeasuredPairs):
        np.testing.assert_array_equal(getattr(again, field.name), getattr(pairs, field.name))


def test_disturbed_truth_has_other_pictures_of_the_same_pair(pairs: MeasuredPairs, target: Target) -> None:
    other = measure_pairs(target, kinds={"few": 3}, **SETTINGS, workers=1, disturb=2)
    np.testing.assert_array_equal(other.first, pairs.first[:3])
    np.testing.assert_array_equal(other.differs, pairs.differs[:3])
    for row in range(3):
        assert (other.second[row] != pairs.second[row]).any()
    assert not np.allclose(other.truth, pairs.truth[:3], rtol=1e-3)


def test_a_plan_is_measured_in_its_order_with_or_without_a_mark(pairs: MeasuredPairs, target: Target) -> None:
    plan = plan_pairs({"few": 40}, **SETTINGS)
    marked = [planned for planned in plan if "backpack" in planned.pair.groups][:1]
    again = pairs_of(measure_tables(target, [*marked, plan[0]], workers=1, mark=True))
    assert again.identities.tolist() == [marked[0].number, 0]
    (values,) = edit_distances(target, render_edits(marked, mark=True))
    assert (again.none[0], again.total[0]) == pytest.approx((values[0], values[-1]), rel=1e-4)
    plain = pairs_of(measure_tables(target, [*marked, plan[0]], workers=1))
    assert (plain.first[0] != again.first[0]).any() or (plain.second[0] != again.second[0]).any()
    assert not np.allclose(plain.truth[0], again.truth[0], rtol=1e-3)
    np.testing.assert_allclose(plain.truth[1], pairs.truth[0], rtol=1e-4, atol=1e-6)


def test_progress_counts_pictures(target: Target) -> None:
    calls: list[tuple[int, int]] = []
    measure_pairs(target, kinds={"same": 3}, workers=1, progress=lambda *now: calls.append(now))
    assert calls == [(6, 6)]


def test_no_pairs(target: Target) -> None:
    pairs = measure_pairs(target, kinds={}, workers=1)
    assert len(pairs) == 0 and pairs.first.shape == (0, 128, 64, 3) and pairs.truth.shape == (0, 11)


def test_unknown_kind_and_no_worker_are_refused(target: Target) -> None:
    with pytest.raises(SettingsError, match="no kind of pair 'odd'"):
        measure_pairs(target, kinds={"odd": 1})
    with pytest.raises(SettingsError, match="workers must be .* got 0"):
        measure_pairs(target, kinds={"few": 1}, workers=0)


def test_they_are_the_pairs_of_the_benchmark(target: Target, tables: EditTables) -> None:
    pairs = measure_pairs(target, kinds={"many": 2, "few": 2}, **SETTINGS, workers=1)
    for name in ("differs", "total", "none", "first", "second", "kinds", "identities", "groups"):
        assert np.array_equal(getattr(tables, name), getattr(pairs, name)), name
    for row, whole in enumerate(tables.whole):
        columns = tables.columns[row][tables.columns[row] >= 0]
        truth = shapley_values(tables.values[row : row + 1, : whole + 1])[0]
        assert pairs.truth[row, columns] == pytest.approx(truth)
        assert np.isnan(tables.values[row, whole + 1 :]).all()


def test_a_set_of_groups_finds_its_edit(target: Target, tables: EditTables) -> None:
    """Every set of the first two groups, beside one that does not differ, rendered and measured by itself."""
    planned = plan_pairs({"many": 2, "few": 2}, **SETTINGS)[-1]
    row, pair = len(tables) - 1, planned.pair
    same = next(group for group in tables.groups if group not in pair.groups)
    start = target.embed_images([tables.first[row]])[0].astype(np.float64)
    for taken in product((False, True), repeat=2):
        named = [group for group, chosen in zip(pair.groups[:2], taken, strict=True) if chosen]
        image = render_person(pair.edited(named), pair.view).image
        edited = target.embed_images([image])[0].astype(np.float64)
        asked = np.array([[[group in (*named, same) for group in tables.groups]]])
        found = tables.take(np.array([row]))
        value = found.values[0, found.index_of(asked)[0, 0]]
        assert value == pytest.approx(np.square(edited - start).sum(), rel=1e-4)
        if not named:
            assert np.array_equal(image, tables.start[row])


def test_more_groups_than_random_pairs_have_are_measured_too(target: Target) -> None:
    """Against fewer: a group whose exchange changes nothing doubles the table and carries nothing."""
    planned = plan_pairs({"few": 1}, **SETTINGS)[0]
    pair = planned.pair
    more = (*pair.groups, *[group for group in GROUP_FIELDS if group not in pair.groups])[:9]
    wide = replace(planned, pair=replace(pair, groups=more, second=pair.edited(pair.groups)))
    one, other = (pairs_of(measure_tables(target, [each], workers=1)) for each in (planned, wide))
    assert other.differs.sum() == 9
    np.testing.assert_allclose(other.truth, one.truth, rtol=1e-3, atol=1e-4 * one.total[0])
