"""What a folder of planted targets may hold."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from attrimeter.benchmarking.planted_folder import open_planted
from attrimeter.errors import CheckpointError, InterpreterError, SettingsError
from attrimeter.interpreter import InterpreterSettings, build_interpreter, save_interpreter
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import open_target, save_target
from attrimeter.targets.shuffling import shuffle_weights


def put_interpreter(folder: Path, target_file: Path, form: str) -> None:
    torch.manual_seed(0)
    settings = InterpreterSettings(form=form, hidden=8)
    interpreter = build_interpreter(open_target(target_file), SCHEMAS["market1501"], settings)
    save_interpreter(folder, interpreter, target_name="demo")


@pytest.fixture
def folder(tiny_target_file: Path, tmp_path: Path) -> Path:
    """Two targets, one in a folder of its own, two interpreters of one of them, and what else lies about."""
    for place in ("marked.safetensors", "head/target.safetensors"):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        shutil.copy(tiny_target_file, tmp_path / place)
    for form in ("exact", "distilled"):
        put_interpreter(tmp_path / f"head-{form}", tiny_target_file, form)
    (tmp_path / "marked-persons").mkdir()
    (tmp_path / "head.log").write_text("epoch 1")
    return tmp_path


def test_names_say_what_is_what(folder: Path) -> None:
    head, marked = open_planted(folder)
    assert (head.name, marked.name) == ("head", "marked")
    assert [name for name, _ in head.interpreters] == ["distilled", "exact"]
    assert [one.settings.form for _, one in head.interpreters] == ["distilled", "exact"]
    assert marked.interpreters == [] and head.reference is None


def test_hue_is_compared_with_the_other_target(folder: Path, tiny_target_file: Path) -> None:
    shutil.copy(tiny_target_file, folder / "hue.safetensors")
    assert open_planted(folder)[1].reference is None
    other = shuffle_weights(open_target(tiny_target_file))
    save_target(folder / "other.safetensors", other)
    cases = {case.name: case.reference for case in open_planted(folder)}
    assert list(cases) == ["head", "hue", "marked"]
    assert cases["hue"] is not None and cases["hue"].fingerprint == other.fingerprint
    assert cases["head"] is cases["marked"] is None


def test_what_is_missing_or_foreign_is_told(folder: Path, tiny_target_file: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no folder .*gone"):
        open_planted(folder / "gone")
    with pytest.raises(SettingsError, match="holds no planted target; .* head, lower, hue, marked"):
        open_planted(folder / "marked-persons")
    put_interpreter(folder / "lower-exact", tiny_target_file, "exact")
    with pytest.raises(InterpreterError, match="lower-exact explains the planted target 'lower'"):
        open_planted(folder)
    save_target(folder / "lower.safetensors", shuffle_weights(open_target(tiny_target_file)))
    with pytest.raises(InterpreterError, match="was fitted on target demo"):
        open_planted(folder)
    (folder / "lower.safetensors").write_bytes(b"nothing")
    with pytest.raises(CheckpointError, match="not a checkpoint"):
        open_planted(folder)
