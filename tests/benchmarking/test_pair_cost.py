"""What measuring pairs takes is said before it begins, and refused where the disk is full."""

from __future__ import annotations

import logging
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from attrimeter.benchmarking.benchmark import run_benchmark
from attrimeter.benchmarking.store import load_or_measure
from attrimeter.errors import SettingsError, StorageError
from attrimeter.targets import open_target

Usage = namedtuple("Usage", "total used free")


def test_measures_take_what_was_said(
    tiny_target_file: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    target = open_target(tiny_target_file)
    with caplog.at_level(logging.INFO, logger="attrimeter"):
        for _ in range(2):
            load_or_measure(target, kinds={"few": 3}, stream=5, cache=tmp_path, workers=1)
    [said] = caplog.messages  # the second time nothing is measured
    assert said.startswith("The measures of 3 edited pairs take 277 kB and about ")
    [file] = tmp_path.rglob("*.npz")
    assert file.stat().st_size == pytest.approx(277_000, rel=0.05)


def test_what_the_disk_cannot_hold_is_not_measured(
    tiny_target_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = open_target(tiny_target_file)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: Usage(10**9, 0, 10**5))
    with pytest.raises(StorageError, match="edited pairs take .* kB .* --pairs"):
        load_or_measure(target, kinds={"few": 3}, stream=5, cache=tmp_path, workers=1)
    assert not list(tmp_path.rglob("*.npz"))


@pytest.mark.parametrize("workers", [0, -1, 10**20])
def test_workers_are_checked_first(tiny_target_file: Path, tmp_path: Path, workers: int) -> None:
    with pytest.raises(SettingsError, match="^workers must be a whole number from 1 to 256"):
        run_benchmark(open_target(tiny_target_file), [], pairs={"few": 4}, cache=tmp_path, workers=workers)
    assert not list(tmp_path.iterdir())
