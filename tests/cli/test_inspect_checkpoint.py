from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from cli.test_bad_input import check
from targets.hostile_files import BROKEN, HEAVY, payloads


def test_a_file_that_opens(call: Any, tiny_target_file: Path, tmp_path: Path) -> None:
    answer = call("inspect", tiny_target_file, "--json", tmp_path / "r.json")
    assert answer.code == 0 and "Fits demo" in answer.out, answer.err
    document = json.loads((tmp_path / "r.json").read_text())
    assert document["opens"] is True and document["carried"] == "demo"


def test_a_file_that_fits_nothing(call: Any, tmp_path: Path) -> None:
    torch.save({"decoder.weight": torch.ones(1), "half \ud800\x1b[2J": torch.ones(1)}, tmp_path / "w.pth")
    answer = call("inspect", tmp_path / "w.pth")
    assert answer.code == 1 and "no known family" in answer.out and "half \\ud800\\x1b[2J" in answer.out


def test_what_tensors_do_not_tell_is_said_and_chosen(call: Any, tmp_path: Path) -> None:
    """Stride and size: a wrong one changes every distance, and opens without a word."""
    from targets.families.test_torchreid import shapes_of
    from targets.plain_resnet import zero_weights

    torch.save(zero_weights(shapes_of("torchreid_resnet50")), tmp_path / "w.pth")
    usual = call("inspect", tmp_path / "w.pth")
    assert usual.code == 0 and "last stride 2" in usual.out and "input 256 x 128" in usual.out
    assert "--input-size HEIGHTxWIDTH or --last-stride 1 or 2" in " ".join(usual.out.split())
    chosen = call("inspect", tmp_path / "w.pth", "--last-stride", 1, "--input-size", "256x256")
    assert chosen.code == 0 and "last stride 1" in chosen.out and "input 256 x 256" in chosen.out


def test_a_bare_resnet_is_a_choice(call: Any, tmp_path: Path) -> None:
    from targets.plain_resnet import resnet_shapes, zero_weights

    torch.save(zero_weights(resnet_shapes(50)), tmp_path / "w.pth")
    open_question = call("inspect", tmp_path / "w.pth")
    assert open_question.code == 1 and "Also --last-stride chooses among them." in open_question.out
    answered = call("inspect", tmp_path / "w.pth", "--last-stride", 1)
    assert answered.code == 0 and "torchvision_resnet50_stride1" in answered.out


@pytest.mark.parametrize(
    "words", [("--input-size", "large"), ("--input-size", "0x0"), ("--input-size", "9999x9999")]
)
def test_a_size_that_cannot_be(call: Any, tiny_target_file: Path, words: tuple[str, ...]) -> None:
    check(call("inspect", tiny_target_file, *words), "input")


def test_the_exit_codes_are_documented(call: Any) -> None:
    said = " ".join(call("inspect", "--help").out.split())
    assert "Exit code 0: it opens as it is. 1: a profile must be chosen" in said and "2: the file" in said


@pytest.mark.parametrize("kind", sorted(BROKEN | HEAVY))
def test_a_hostile_file_ends_in_one_sentence(call: Any, tmp_path: Path, kind: str) -> None:
    (BROKEN | HEAVY)[kind](tmp_path / "w.pth")
    answer = call("inspect", tmp_path / "w.pth")
    check(answer, "w.pth")
    assert answer.out == ""


@pytest.mark.parametrize("kind", sorted(payloads(Path())))
def test_a_payload_never_runs(call: Any, tmp_path: Path, kind: str) -> None:
    payloads(tmp_path / "harm")[kind](tmp_path / "w.pth")
    check(call("inspect", tmp_path / "w.pth"), "w.pth")
    assert not (tmp_path / "harm").exists()
