"""Tables of all edits: the truth of the benchmark's pairs, kept whole."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from attrimeter.benchmarking.edit_renders import plan_pairs
from attrimeter.benchmarking.edit_tables import load_or_measure_tables, measure_tables
from attrimeter.benchmarking.measuring import measure_pairs
from attrimeter.metrics.shapley import shapley_values
from attrimeter.synthesis import render_person
from attrimeter.targets import Target, open_target
from attrimeter.values.edit_tables import EditTables

KINDS, SEED, STREAM = {"many": 2, "few": 2}, 4, 5


@pytest.fixture(scope="module")
def target(tiny_target_file: Path) -> Target:
    return open_target(tiny_target_file)


@pytest.fixture(scope="module")
def tables(target: Target) -> EditTables:
    return measure_tables(target, kinds=KINDS, seed=SEED, stream=STREAM, workers=1)


def test_they_are_the_pairs_of_the_benchmark(target: Target, tables: EditTables) -> None:
    pairs = measure_pairs(target, kinds=KINDS, seed=SEED, stream=STREAM, workers=1)
    for name in ("differs", "total", "none", "first", "second", "kinds", "identities", "groups"):
        assert np.array_equal(getattr(tables, name), getattr(pairs, name)), name
    for row, whole in enumerate(tables.whole):
        columns = tables.columns[row][tables.columns[row] >= 0]
        truth = shapley_values(tables.values[row : row + 1, : whole + 1])[0]
        assert pairs.truth[row, columns] == pytest.approx(truth)
        assert np.isnan(tables.values[row, whole + 1 :]).all()


def test_a_set_of_groups_finds_its_edit(target: Target, tables: EditTables) -> None:
    """Every set of the first two groups, beside one that does not differ, rendered and measured by itself."""
    planned = plan_pairs(KINDS, seed=SEED, stream=STREAM)[-1]
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


def test_they_are_measured_once(target: Target, tables: EditTables, tmp_path: Path) -> None:
    def load(seed: int = SEED) -> tuple[EditTables, list[int]]:
        seen: list[int] = []
        kept = load_or_measure_tables(
            target, kinds=KINDS, seed=seed, stream=STREAM, cache=tmp_path, workers=1,
            progress=lambda done, _: seen.append(done),
        )  # fmt: skip
        return kept, seen

    first, rendered = load()
    again, nothing = load()
    assert rendered and not nothing
    assert np.array_equal(first.values, tables.values, equal_nan=True)
    assert np.array_equal(again.values, tables.values, equal_nan=True) and again.groups == tables.groups
    assert np.array_equal(again.columns, tables.columns) and np.array_equal(again.start, tables.start)
    file = next(tmp_path.glob("edit-tables-*/*.npz"))
    file.write_bytes(file.read_bytes()[:1000])
    assert load()[1], "a broken file is measured again"
