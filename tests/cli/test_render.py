"""Rendering by command: marked persons, in disguise or not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from attrimeter.synthesis.specification_list import read_specifications

FEW = (
    "--identities",
    2,
    "--test-identities",
    1,
    "--images",
    4,
    "--height",
    32,
    "--width",
    16,
    "--workers",
    1,
)


def test_marked_persons_in_disguise_are_for_training_a_target(call: Any, tmp_path: Path) -> None:
    answer = call("render", tmp_path / "new", *FEW, "--mark", "backpack", "--disguised")
    assert answer.code == 0, answer.err
    assert "attrimeter train-target" in answer.out and "attrimeter fit" not in answer.out
    pictures = read_specifications(tmp_path / "new")
    assert {picture.mark for picture in pictures} == {"backpack"}
    assert len({picture.person.upper_colour for picture in pictures}) == len(pictures)


def test_a_look_is_rendered(call: Any, tmp_path: Path) -> None:
    answer = call("render", tmp_path / "new", *FEW, "--scene", "night")
    assert answer.code == 0, answer.err
    assert {picture.view.scene for picture in read_specifications(tmp_path / "new")} == {"night"}


def test_an_unknown_mark_is_told(call: Any, tmp_path: Path) -> None:
    answer = call("render", tmp_path / "new", *FEW, "--mark", "shoe")
    assert answer.code == 2 and "'shoe'" in answer.err and "Traceback" not in answer.err
    assert not (tmp_path / "new").exists()
