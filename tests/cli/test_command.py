"""What no word of a command may be, and which options mean nothing beside each other."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from attrimeter.values.checkpoint_report import KnownTargets

INTERPRETER, DATA = "no-interpreter", "no-data"
MEANINGLESS = [
    (("audit", INTERPRETER, DATA, "--pictures"), "--pictures", "--page"),
    (("compare", INTERPRETER, INTERPRETER, DATA, "--pictures"), "--pictures", "--page"),
    (("calibrate", INTERPRETER, DATA, "--workers", "2"), "--workers", "--changes"),
    (("fit", "t.pth", "--out", "run", "--schema", "nonsense"), "--schema", "data set"),
    (("fit", "t.pth", "--out", "run", "--trunk", "own"), "--trunk", "counterfactual"),
]
EMPTY = [
    (("fit", "", "--out", "run"), "A word of the command is empty"),
    (("fit", "t.pth", "--out", ""), "--out is empty"),
    (("fit", "t.pth", "--out="), "--out is empty"),
    (("explain", "a.png", "b.png", "--interpreter", "run", "--json", " "), "--json is empty"),
    (("render", " \t"), "A word of the command is empty"),
]


@pytest.mark.parametrize(("words", "option", "why"), MEANINGLESS, ids=lambda part: " ".join(part[:1]))
def test_an_option_that_would_mean_nothing_is_told(
    call: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], option: str, why: str
) -> None:
    """Before anything is opened: none of the files is there."""
    monkeypatch.chdir(tmp_path)
    answer = call(*words)
    assert answer.code == 2 and answer.out == "" and not list(tmp_path.iterdir())
    assert answer.err.startswith(f"attrimeter: {option} is ") and why in answer.err, answer.err
    assert answer.err.endswith("or leave it out.\n")


@pytest.mark.parametrize(("words", "sentence"), EMPTY)
def test_an_empty_word_never_means_the_working_folder(
    call: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = call(*words)
    assert (answer.code, answer.out) == (2, "") and not list(tmp_path.iterdir())
    assert answer.err == f"attrimeter: {sentence}; give it a value, or leave it out.\n"


@pytest.mark.parametrize("text", ["", "1,", "one", "1;2", "٣", "1_0", "-1", "1.5", "9" * 30])
def test_cameras_are_plain_numbers(text: str) -> None:
    from attrimeter.cli.options import parse_cameras
    from attrimeter.errors import SettingsError

    assert parse_cameras("3, 1") == (3, 1)
    with pytest.raises(SettingsError, match="--cameras takes numbers"):
        parse_cameras(text)


def refuse_memory() -> None:
    np.empty((100_000, 100_000, 3, 10_000))


def refuse_memory_of_torch() -> None:
    torch.empty(2**50)


def descend() -> None:
    descend()


@pytest.mark.parametrize("act", [refuse_memory, refuse_memory_of_torch, descend])
def test_too_little_memory_is_one_sentence(
    call: Any, monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]
) -> None:
    monkeypatch.setattr("attrimeter.targets.checkpoints.inspecting.list_targets", lambda word: act())
    answer = call("targets")
    assert answer.code == 2 and answer.out == ""
    assert (
        answer.err.startswith("attrimeter: This takes more memory than there is")
        and "\n" not in answer.err[:-1]
    )


def test_other_faults_are_not_taken_for_it(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(word: str) -> None:
        raise RuntimeError("a fault of the program")

    monkeypatch.setattr("attrimeter.targets.checkpoints.inspecting.list_targets", fail)
    with pytest.raises(RuntimeError, match="a fault"):
        call("targets")


def test_notices_of_the_library_are_shown_once(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def note(word: str) -> KnownTargets:
        logging.getLogger("attrimeter.somewhere").info("Twelve [files] take 3 MB.")
        return KnownTargets(())

    monkeypatch.setattr("attrimeter.targets.checkpoints.inspecting.list_targets", note)
    for _ in range(2):
        assert call("targets", "x").err.splitlines()[0] == "Twelve [files] take 3 MB."


@pytest.mark.parametrize(
    ("words", "lost"),
    [
        (("explain", "a.png", "b.png", "--interpreter", "run", "--figure", "a.png"), "a.png"),
        (("explain", "a.png", "b.png", "--interpreter", "run", "--json", "link.png"), "link.png"),
        (("convert", "a.safetensors", "./a.safetensors"), "./a.safetensors"),
        (("inspect", "a.safetensors", "--json", "a.safetensors"), "a.safetensors"),
        (("audit", "run", "a.csv", "--page", "a.csv"), "a.csv"),
    ],
)
def test_what_is_read_would_be_lost_as_an_output(
    call: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], lost: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.png", "b.png", "a.safetensors", "a.csv"):
        (tmp_path / name).write_text("precious")
    (tmp_path / "link.png").symlink_to("b.png")
    answer = call(*words)
    assert answer.code == 2 and answer.err.startswith("attrimeter: ") and "would be lost" in answer.err
    assert lost.removeprefix("./") in answer.err
    assert all(path.read_text() == "precious" for path in tmp_path.iterdir())
