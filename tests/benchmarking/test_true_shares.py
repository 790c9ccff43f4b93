"""The average shares: from pairs of their own, once for each target."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from attrimeter.benchmarking import true_shares
from attrimeter.benchmarking.explainers import mean_true_shares
from attrimeter.targets import open_target
from benchmarking.measured import measure_pairs

KINDS = {"few": 4}


def test_they_are_means_over_the_training_stream(
    tiny_target_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(true_shares, "SHARES_PAIRS", KINDS)
    target = open_target(tiny_target_file)
    steps: list[str] = []

    def progress(name: str) -> object:
        steps.append(name)
        return lambda done, total: None

    shares = true_shares.average_true_shares(target, cache=tmp_path, workers=1, progress=progress)
    pairs = measure_pairs(target, kinds=KINDS, seed=true_shares.SHARES_SEED, stream=77_000, workers=1)
    for column in range(len(pairs.groups)):
        rows = [row for row in range(len(pairs)) if pairs.differs[row, column]]
        mean = np.mean([pairs.truth[row, column] / pairs.total[row] for row in rows]) if rows else 0
        assert shares[column] == pytest.approx(mean)
    assert steps == ["average shares"] and list(tmp_path.rglob("*.npz"))
    monkeypatch.setattr("attrimeter.benchmarking.store.measure_tables", None)
    np.testing.assert_array_equal(shares, true_shares.average_true_shares(target, cache=tmp_path))


def test_shares_with_a_mark_come_from_marked_persons(
    tiny_target_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(true_shares, "SHARES_PAIRS", KINDS)
    target = open_target(tiny_target_file)
    shares = true_shares.average_true_shares(target, cache=tmp_path, workers=1, mark=True)
    marked, plain = (
        measure_pairs(target, kinds=KINDS, seed=true_shares.SHARES_SEED, stream=77_000, workers=1, mark=mark)
        for mark in (True, False)
    )
    np.testing.assert_allclose(shares, mean_true_shares(marked), rtol=1e-3, atol=1e-5)
    assert not np.allclose(shares, mean_true_shares(plain), rtol=1e-3, atol=1e-5)


def test_shares_of_another_look_are_others(
    tiny_target_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(true_shares, "SHARES_PAIRS", KINDS)
    target = open_target(tiny_target_file)
    shares = true_shares.average_true_shares(target, cache=tmp_path, workers=1, scene="night")
    pairs = measure_pairs(
        target, kinds=KINDS, seed=true_shares.SHARES_SEED, stream=77_000, workers=1, scene="night"
    )
    np.testing.assert_allclose(shares, mean_true_shares(pairs), rtol=1e-3, atol=1e-5)
