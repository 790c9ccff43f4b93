"""The commands about checkpoints: the models that are known, and one file inspected or converted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from attrimeter.targets import PROFILES, open_target
from cli.test_bad_input import check
from targets.checkpoints.test_inspecting import osnet_tensors
from targets.hostile_files import BROKEN, HEAVY, payloads


def test_every_profile_is_on_one_line_of_a_hundred_columns(call: Any) -> None:
    answer = call("targets")
    lines = answer.out.splitlines()
    assert answer.code == 0 and max(map(len, lines)) <= 100
    for name, profile in PROFILES.items():
        (line,) = (line for line in lines if line.startswith(f"{name} "))
        height, width = profile.image_size
        assert f" {height}x{width} {profile.interpolation} " in line and profile.metric in line


def test_a_word_chooses_and_json_is_written(call: Any, tmp_path: Path) -> None:
    answer = call("targets", "x0_25", "--json", tmp_path / "t.json")
    assert answer.code == 0 and "osnet_x0_25" in answer.out and "osnet_x0_5" not in answer.out
    families = json.loads((tmp_path / "t.json").read_text())["families"]
    names = [profile["name"] for family in families for profile in family["profiles"]]
    assert "osnet_x0_25" in names and all("x0_25" in name for name in names)


def test_a_word_that_nothing_has(call: Any) -> None:
    answer = call("targets", "nonsense")
    assert answer.code == 2 and answer.err.startswith("attrimeter: No profile has 'nonsense'")


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
def test_a_hostile_file_is_inspected_in_one_sentence(call: Any, tmp_path: Path, kind: str) -> None:
    (BROKEN | HEAVY)[kind](tmp_path / "w.pth")
    answer = call("inspect", tmp_path / "w.pth")
    check(answer, "w.pth")
    assert answer.out == ""


@pytest.mark.parametrize("kind", sorted(payloads(Path())))
def test_a_payload_never_runs_when_it_is_inspected(call: Any, tmp_path: Path, kind: str) -> None:
    payloads(tmp_path / "harm")[kind](tmp_path / "w.pth")
    check(call("inspect", tmp_path / "w.pth"), "w.pth")
    assert not (tmp_path / "harm").exists()


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
def test_converting_a_hostile_file_ends_in_one_sentence(call: Any, tmp_path: Path, kind: str) -> None:
    HOSTILE[kind](tmp_path / "w.pth")
    check(call("convert", tmp_path / "w.pth", tmp_path / "new.safetensors"), "w.pth")
    assert not (tmp_path / "new.safetensors").exists()


@pytest.mark.parametrize("kind", sorted(payloads(Path())))
def test_a_payload_never_runs_when_it_is_converted(call: Any, tmp_path: Path, kind: str) -> None:
    payloads(tmp_path / "harm")[kind](tmp_path / "w.pth")
    check(call("convert", tmp_path / "w.pth", tmp_path / "new.safetensors"), "w.pth")
    assert not (tmp_path / "harm").exists()
