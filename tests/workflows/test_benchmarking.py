"""Benchmarks and checks from Python: what is named or open, and what is refused before any measuring."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import attrimeter
from attrimeter.errors import SettingsError
from attrimeter.interpreter import Interpreter, InterpreterSettings, build_interpreter, save_interpreter
from attrimeter.schemas import SCHEMAS
from attrimeter.workflows.benchmarking import list_interpreters, name_interpreters, open_beside


@pytest.fixture(scope="module")
def target(tiny_target_file: Path) -> attrimeter.Target:
    return attrimeter.open_target(tiny_target_file)


def make(target: attrimeter.Target, form: str) -> Interpreter:
    return build_interpreter(target, SCHEMAS["market1501"], InterpreterSettings(form=form, hidden=8))


def open_named(interpreters: Any, target: attrimeter.Target) -> list[tuple[str, Interpreter]]:
    given = list_interpreters(interpreters)
    return name_interpreters(given, [open_beside(target, each) for each in given])


def test_interpreters_are_named_by_form_and_where_they_share_it_by_folder_or_place(
    target: attrimeter.Target, tmp_path: Path
) -> None:
    exact, distilled = make(target, "exact"), make(target, "distilled")
    save_interpreter(tmp_path / "run", exact, target_name="demo")
    named = open_named([tmp_path / "run", distilled, exact], target)
    assert [name for name, _ in named] == [f"exact ({tmp_path / 'run'})", "distilled", "exact (3)"]
    assert named[1][1] is distilled
    for alone in (exact, tmp_path / "run", str(tmp_path / "run")):
        assert [name for name, _ in open_named(alone, target)] == ["exact"]
    assert open_named(None, target) == []


def test_how_a_target_is_opened_is_not_asked_of_one_that_is_open(target: attrimeter.Target) -> None:
    with pytest.raises(SettingsError, match="This target is open already"):
        attrimeter.benchmark(target, metric="cosine")
    with pytest.raises(SettingsError, match="pairs must be a whole number from 4"):
        attrimeter.check_changes(make(target, "exact"), pairs=2)
