from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from attrimeter.benchmarking import store
from attrimeter.benchmarking.store import load_or_measure
from attrimeter.targets import Target, open_target
from attrimeter.values import MeasuredPairs

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
    assert len(list(cache.rglob("*.npz"))) == 1


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
    monkeypatch.setattr(store, "renderer_fingerprint", lambda mark, scene: "another")
    assert load_or_measure(target, **SETTINGS, cache=filled[0])[1] > 0


def test_a_damaged_file_is_measured_again(target: Target, tmp_path: Path) -> None:
    settings = {**SETTINGS, "kinds": {"same": 1}, "cache": tmp_path}
    first, _ = load_or_measure(target, **settings)
    (file,) = tmp_path.rglob("*.npz")
    file.write_bytes(file.read_bytes()[:-9])
    second, seconds = load_or_measure(target, **settings)
    assert seconds > 0 and equal(first, second)
    assert load_or_measure(target, **settings)[1] == 0.0
