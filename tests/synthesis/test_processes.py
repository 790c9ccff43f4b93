"""Processes that render: they work, and a broken pool is one sentence."""

from __future__ import annotations

import os

import pytest

from attrimeter.errors import SettingsError
from attrimeter.synthesis.processes import rendering_processes, usable_cores


def test_work_is_done_elsewhere() -> None:
    with rendering_processes(1) as pool:
        assert pool.submit(os.getpid).result() != os.getpid()


def test_a_dead_process_is_one_sentence() -> None:
    with pytest.raises(SettingsError, match="__main__"), rendering_processes(1) as pool:
        pool.submit(os._exit, 1).result()


def test_there_is_at_least_one_core() -> None:
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)
