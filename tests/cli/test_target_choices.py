"""What is said of a target before anything is made of it, and what is remembered of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


def test_what_is_chosen_is_said_and_remembered(
    call: Any, tiny_target_file: Path, rendered_set: Path, tmp_path: Path
) -> None:
    words = ("--form", "exact", "--epochs", 1, "--hidden", 8, "--no-trust", "--device", "cpu")
    chosen = ("--last-stride", 2, "--input-size", "64x64", "--cache", tmp_path / "maps")
    fitted = call("fit", tiny_target_file, rendered_set, "--out", tmp_path / "run", *words, *chosen)
    assert fitted.code == 0, fitted.err
    assert "Opened as demo: input 64 x 64, last stride 2, compared by euclidean distance." in fitted.err
    remembered = json.loads((tmp_path / "run" / "interpreter.json").read_text())["facts"]["target"]
    assert remembered["last_stride"] == 2 and remembered["input_size"] == [64, 64]
    pair = sorted((rendered_set / "query").glob("*.jpg"))[:2]
    explained = call("explain", *pair, "--interpreter", tmp_path / "run", "--json", tmp_path / "e.json")
    assert explained.code == 0, explained.err


@pytest.mark.parametrize("command", ["fit", "benchmark", "inspect", "convert"])
@pytest.mark.parametrize(
    "words", [("--last-stride", 3), ("--last-stride", "x"), ("--input-size", "64"), ("--input-size", "8x8")]
)
def test_what_cannot_be_is_refused_by_every_command_that_opens_a_target(
    call: Any, command: str, words: tuple[str, ...], tiny_target_file: Path, tmp_path: Path
) -> None:
    rest = {"fit": ("--out", tmp_path / "run"), "convert": (tmp_path / "new.safetensors",)}.get(command, ())
    answer = call(command, tiny_target_file, *rest, *words)
    assert answer.code == 2 and words[0] in answer.err and "Traceback" not in answer.err
    assert not list(tmp_path.iterdir())
