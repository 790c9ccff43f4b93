from __future__ import annotations

import shutil
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from attrimeter.benchmarking import store
from attrimeter.benchmarking.edit_renders import PlannedPair
from attrimeter.benchmarking.measuring import pairs_of
from attrimeter.benchmarking.store import load_or_measure
from attrimeter.errors import SettingsError
from attrimeter.targets import Target, open_target
from attrimeter.values import MeasuredPairs
from attrimeter.values.edit_tables import EditTables
from benchmarking.measured import measure_pairs

SETTINGS = {"kinds": {"few": 1, "same": 1}, "seed": 3, "stream": 5, "workers": 1}


@pytest.fixture(scope="module")
def target(tiny_target_file: Path) -> Target:
    return open_target(tiny_target_file)


@pytest.fixture(scope="module")
def filled(target: Target, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, MeasuredPairs]:
    cache = tmp_path_factory.mktemp("cache") / "made when missing"
    pairs, seconds = load_or_measure(target, **SETTINGS, cache=cache)
    assert seconds > 0
    return cache, pairs


def equal(one: MeasuredPairs, two: MeasuredPairs) -> bool:
    return all(np.array_equal(getattr(one, f.name), getattr(two, f.name)) for f in fields(MeasuredPairs))


def test_the_second_run_reads_the_same_pairs(target: Target, filled: tuple[Path, MeasuredPairs]) -> None:
    cache, pairs = filled
    again, seconds = load_or_measure(target, **SETTINGS, cache=cache)
    assert seconds == 0.0 and equal(again, pairs)
    assert again.truth.dtype == np.float64 and isinstance(again.groups[0], str)
    assert len(list(cache.rglob("*.npz"))) == 2  # one for each kind


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 4},
        {"stream": 6},
        {"disturb": 0},
        {"kinds": {"few": 2, "same": 1}},
        {"seed": 4, "mark": True},
        {"scene": "night"},
    ],
)
def test_other_settings_have_a_file_of_their_own(
    target: Target, filled: tuple[Path, MeasuredPairs], change: dict[str, object]
) -> None:
    cache, pairs = filled
    other, seconds = load_or_measure(target, **{**SETTINGS, **change}, cache=cache)
    assert seconds > 0 and not equal(other, pairs)
    assert load_or_measure(target, **SETTINGS, cache=cache)[1] == 0.0


def test_a_kind_without_pairs_is_no_other_setting(target: Target, filled: tuple[Path, MeasuredPairs]) -> None:
    kinds = {"many": 0, "same": 1, "few": 1}
    assert load_or_measure(target, **{**SETTINGS, "kinds": kinds}, cache=filled[0])[1] == 0.0


def test_a_changed_renderer_is_measured_again(
    target: Target, filled: tuple[Path, MeasuredPairs], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "renderer_fingerprint", lambda scene, *, mark: "another")
    assert load_or_measure(target, **SETTINGS, cache=filled[0])[1] > 0


def test_a_damaged_file_is_measured_again(target: Target, tmp_path: Path) -> None:
    settings = {**SETTINGS, "kinds": {"same": 1}, "cache": tmp_path}
    first, _ = load_or_measure(target, **settings)
    (file,) = tmp_path.rglob("*.npz")
    file.write_bytes(file.read_bytes()[:-9])
    second, seconds = load_or_measure(target, **settings)
    assert seconds > 0 and equal(first, second)
    assert load_or_measure(target, **settings)[1] == 0.0


@pytest.mark.parametrize(
    "change",
    [
        {"values": np.zeros((1, 11))},
        {"first": np.zeros((2, 32, 16, 3), dtype=np.uint8)},
        {"second_masks": np.float64(3.0)},
        {"kinds": np.zeros(1)},
        {"kinds": np.array(["same"], dtype=object)},  # would be a pickle
        {"columns": None},
    ],
)
def test_arrays_that_do_not_fit_are_measured_again(
    target: Target, filled: tuple[Path, MeasuredPairs], tmp_path: Path, change: dict[str, object]
) -> None:
    settings = {**SETTINGS, "kinds": {"same": 1}, "cache": tmp_path / "cache"}
    shutil.copytree(filled[0], tmp_path / "cache")
    load_or_measure(target, **settings)
    for file in (tmp_path / "cache").rglob("*.npz"):
        with np.load(file) as archive:
            arrays = {name: archive[name] for name in archive} | change
        there = {name: array for name, array in arrays.items() if array is not None}
        np.savez(file, **there)
    again, seconds = load_or_measure(target, **settings)
    assert seconds > 0 and np.allclose(again.total, filled[1].total[filled[1].kinds == "same"])


def test_of_more_pairs_only_the_further_ones_are_measured(
    target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {**SETTINGS, "cache": tmp_path}
    planned: list[list[tuple[str, int]]] = []
    measure = store.measure_tables

    def note(target: Target, plan: list[PlannedPair], **how: object) -> EditTables:
        planned.append([(one.pair.kind, one.number) for one in plan])
        return measure(target, plan, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "measure_tables", note)
    load_or_measure(target, **{**settings, "kinds": {"few": 2, "same": 1}})
    more, seconds = load_or_measure(target, **{**settings, "kinds": {"same": 3, "few": 3}})
    assert planned == [[("few", 0), ("few", 3), ("same", 2)], [("few", 6), ("same", 5), ("same", 8)]]
    whole = measure_pairs(target, kinds={"few": 3, "same": 3}, seed=3, stream=5, workers=1)
    assert seconds > 0 and more.identities.tolist() == whole.identities.tolist() == [0, 3, 6, 2, 5, 8]
    for name in ("first", "second", "first_masks", "second_masks", "differs", "kinds"):
        np.testing.assert_array_equal(getattr(more, name), getattr(whole, name))
    np.testing.assert_allclose(more.truth, whole.truth, rtol=1e-4, atol=1e-5)
    few, seconds = load_or_measure(target, **{**settings, "kinds": {"few": 1}})
    assert seconds == 0 and equal(few, more.take(np.array([0])))
    assert load_or_measure(target, **{**settings, "kinds": {"same": 3, "few": 3}})[1] == 0.0


def test_changes_read_the_pairs_of_the_benchmark(target: Target, filled: tuple[Path, MeasuredPairs]) -> None:
    """What is asked of the pairs makes no difference to where they lie, nor do other kinds beside them."""
    settings = {**SETTINGS, "kinds": {"few": 1}}
    tables, seconds = store.load_tables(target, **settings, cache=filled[0])
    assert seconds == 0 and equal(pairs_of(tables), filled[1].take(filled[1].kinds == "few"))


def test_no_pairs_and_unknown_kinds(target: Target, tmp_path: Path) -> None:
    pairs, seconds = load_or_measure(target, **{**SETTINGS, "kinds": {"few": 0}}, cache=tmp_path)
    assert len(pairs) == 0 and seconds == 0 and pairs.first.shape == (0, 128, 64, 3)
    with pytest.raises(SettingsError, match="no kind of pair 'odd'"):
        load_or_measure(target, **{**SETTINGS, "kinds": {"few": 1, "odd": 1}}, cache=tmp_path)


def test_what_was_just_measured_stays_beyond_the_limit_and_goes_next(
    target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTRIMETER_CACHE_LIMIT", "1kB")
    settings = {**SETTINGS, "kinds": {"same": 1}, "cache": tmp_path}
    load_or_measure(target, **settings)
    assert load_or_measure(target, **settings)[1] == 0.0
    load_or_measure(target, **{**settings, "seed": 9})
    assert len(list(tmp_path.rglob("*.npz"))) == 1 and load_or_measure(target, **settings)[1] > 0
