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
