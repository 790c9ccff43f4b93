from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from attrimeter.targets import open_target
from cli.test_bad_input import check
from targets.checkpoints.test_inspecting import osnet_tensors
from targets.hostile_files import BROKEN, payloads


def test_a_torchreid_file_becomes_safetensors(call: Any, tmp_path: Path) -> None:
    torch.save({"state_dict": osnet_tensors()}, tmp_path / "w.pth")
    answer = call("convert", tmp_path / "w.pth", tmp_path / "w.safetensors", "--metric", "cosine")
    assert answer.code == 0, answer.err
    target = open_target(tmp_path / "w.safetensors")
    assert target.metric == "cosine"
    for words in ("under state_dict", "osnet_x0_25", "classifier.weight", target.fingerprint[:16]):
        assert words in answer.out


def test_what_is_chosen_travels_with_the_file(call: Any, tmp_path: Path) -> None:
    torch.save(osnet_tensors(), tmp_path / "w.pth")
    answer = call("convert", tmp_path / "w.pth", tmp_path / "w.safetensors", "--input-size", "384x128")
    assert answer.code == 0, answer.err
    assert open_target(tmp_path / "w.safetensors").profile.image_size == (384, 128)


def test_a_file_of_ours_has_nothing_left_out(call: Any, tiny_target_file: Path, tmp_path: Path) -> None:
    answer = call("convert", tiny_target_file, tmp_path / "w.safetensors")
    assert answer.code == 0 and "Left out" not in answer.out


def test_the_old_file_is_kept(call: Any, tiny_target_file: Path) -> None:
    before = tiny_target_file.read_bytes()
    check(call("convert", tiny_target_file, tiny_target_file), tiny_target_file.name, "name another file")
    assert tiny_target_file.read_bytes() == before


def test_a_whole_model_is_refused_with_the_way_out(call: Any, tmp_path: Path) -> None:
    torch.save(nn.Sequential(nn.Linear(2, 2)), tmp_path / "model.pth")
    answer = call("convert", tmp_path / "model.pth", tmp_path / "w.safetensors")
    check(
        answer,
        "model.pth",
        "torch.nn.modules.container.Sequential",
        "torch.save(model.state_dict(), 'weights.pth')",
    )


HOSTILE = {
    **BROKEN,
    "not finite": lambda place: torch.save(
        osnet_tensors(**{"fc.0.bias": torch.full((512,), float("nan"))}), place
    ),
    "whole numbers": lambda place: torch.save(
        osnet_tensors(**{"fc.0.bias": torch.ones(512, dtype=torch.int64)}), place
    ),
    "another shape": lambda place: torch.save(osnet_tensors(**{"fc.0.bias": torch.ones(3)}), place),
}


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_a_hostile_file_ends_in_one_sentence(call: Any, tmp_path: Path, kind: str) -> None:
    HOSTILE[kind](tmp_path / "w.pth")
    check(call("convert", tmp_path / "w.pth", tmp_path / "new.safetensors"), "w.pth")
    assert not (tmp_path / "new.safetensors").exists()


@pytest.mark.parametrize("kind", sorted(payloads(Path())))
def test_a_payload_never_runs(call: Any, tmp_path: Path, kind: str) -> None:
    payloads(tmp_path / "harm")[kind](tmp_path / "w.pth")
    check(call("convert", tmp_path / "w.pth", tmp_path / "new.safetensors"), "w.pth")
    assert not (tmp_path / "harm").exists()
