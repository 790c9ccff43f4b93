"""Learning to answer, on a few rendered pairs of a small target."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from attrimeter.benchmarking.changes.calibration import add_changes, match_threshold, measure_changes
from attrimeter.benchmarking.store import load_tables
from attrimeter.benchmarking.trust_measuring import CALIBRATION_STREAM
from attrimeter.caching.folders import cache_folder
from attrimeter.errors import InterpreterError, SettingsError
from attrimeter.interpreter import open_interpreter, save_interpreter
from attrimeter.targets import Target, open_target
from benchmarking.changes.change_examples import KINDS, make_interpreter


@pytest.fixture(scope="module")
def target(tiny_target_file: Path) -> Target:
    return open_target(tiny_target_file)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def typical_limit(target: Target, cache: Path) -> float:
    """A distance between those of the pairs."""
    tables, _ = load_tables(
        target, kinds=KINDS, stream=CALIBRATION_STREAM, cache=cache_folder(cache), workers=1
    )
    return float(np.sqrt(np.median(np.concatenate([tables.total, tables.none]))))


def test_what_is_learnt_is_kept(target: Target, cache: Path, tmp_path: Path) -> None:
    limit = typical_limit(target, cache)
    interpreter = make_interpreter(target, limit=limit)
    save_interpreter(tmp_path, interpreter, target_name="tiny")
    card = add_changes(tmp_path, target, interpreter, cache=cache, pairs=KINDS, workers=1)
    assert open_interpreter(tmp_path, target).facts.changes == card
    assert card.threshold == match_threshold(interpreter) == pytest.approx(limit**2)
    assert set(card.rules) == {"match", "no match", "swap"}
    assert all(0.5 <= rule.sure <= 0.95 for rule in card.rules.values())


def test_a_cosine_limit_is_half_a_square(tiny_target_file: Path) -> None:
    target = open_target(tiny_target_file, metric="cosine")
    assert match_threshold(make_interpreter(target, limit=0.3)) == pytest.approx(0.6)


def test_a_limit_beyond_all_pairs_is_told(target: Target, cache: Path) -> None:
    interpreter = make_interpreter(target, limit=1e6)
    with pytest.raises(SettingsError, match="fewer than two that can be asked for 'match'"):
        measure_changes(target, interpreter, cache=cache, pairs=KINDS, workers=1)


def test_without_a_limit_there_is_nothing_to_learn(target: Target, cache: Path) -> None:
    interpreter = make_interpreter(target, limit=1.0)
    interpreter.same_person = None
    with pytest.raises(InterpreterError, match="attrimeter calibrate"):
        measure_changes(target, interpreter, cache=cache, pairs=KINDS)
