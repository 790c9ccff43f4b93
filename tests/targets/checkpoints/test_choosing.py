from __future__ import annotations

import argparse
import sys
import types
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from attrimeter.errors import CheckpointError, SettingsError
from attrimeter.targets import PROFILES, open_target, save_target
from attrimeter.targets.checkpoints.choosing import carried_profile, read_known
from attrimeter.targets.checkpoints.reading import read_checkpoint
from targets.checkpoints.test_inspecting import osnet_tensors
from targets.checkpoints.test_loading import TINY, make_images, make_target, torchreid_file
from targets.families.plain_fastreid import Model, fastreid_weights
from targets.families.test_layumi import shapes_of as layumi_shapes
from targets.families.test_strong_baseline import shapes_of as baseline_shapes
from targets.families.test_torchreid import shapes_of as torchreid_shapes
from targets.plain_resnet import random_weights, resnet_shapes, zero_weights


def test_what_a_file_carries_is_told(tmp_path: Path) -> None:
    save_target(tmp_path / "t.safetensors", make_target())
    torchreid_file(tmp_path / "w.pth")
    own, other = (read_checkpoint(tmp_path / name) for name in ("t.safetensors", "w.pth"))
    assert carried_profile(own, path="t.safetensors") == (TINY, "cosine")
    assert carried_profile(other, path="w.pth") is None


def test_the_input_size_is_chosen_and_part_of_the_fingerprint(tmp_path: Path) -> None:
    torchreid_file(tmp_path / "w.pth")
    usual, tall = (open_target(tmp_path / "w.pth", input_size=size) for size in (None, (384, 128)))
    assert usual.profile == PROFILES["osnet_x0_25"] and tall.map_size == (24, 8)
    assert tall.profile == replace(usual.profile, image_size=(384, 128))
    assert usual.fingerprint != tall.fingerprint
    again = open_target(tmp_path / "w.pth", input_size=(256, 128))
    assert again.fingerprint == usual.fingerprint


def test_the_last_stride_is_chosen_and_travels_with_the_file(tmp_path: Path) -> None:
    torch.save(random_weights(torchreid_shapes("torchreid_resnet50")), tmp_path / "w.pth")
    usual, fine = (open_target(tmp_path / "w.pth", last_stride=stride) for stride in (None, 1))
    assert (usual.map_size, fine.map_size) == ((8, 4), (16, 8))
    assert usual.fingerprint != fine.fingerprint
    save_target(tmp_path / "t.safetensors", fine)
    carried = open_target(tmp_path / "t.safetensors")
    assert carried.fingerprint == fine.fingerprint and carried.profile == fine.profile
    assert open_target(tmp_path / "t.safetensors", last_stride=2).fingerprint == usual.fingerprint


@pytest.mark.parametrize("profile", [None, "osnet_x0_25"])
def test_a_body_without_a_last_stride_says_so(tmp_path: Path, profile: str | None) -> None:
    torchreid_file(tmp_path / "w.pth")
    with pytest.raises(SettingsError, match="has no last stride to choose; leave --last-stride out"):
        open_target(tmp_path / "w.pth", profile=profile, last_stride=1)


def test_what_is_chosen_decides_between_profiles(tmp_path: Path) -> None:
    torch.save(random_weights(layumi_shapes("layumi_ft_net_r50")), tmp_path / "w.pth")
    with pytest.raises(
        CheckpointError, match="fit several profiles .* say which with --profile or --last-st"
    ):
        open_target(tmp_path / "w.pth")
    names = {stride: open_target(tmp_path / "w.pth", last_stride=stride).profile.name for stride in (1, 2)}
    assert names == {1: "layumi_ft_net_r50_stride1", 2: "layumi_ft_net_r50"}


def test_an_input_that_is_too_small_for_its_network(tmp_path: Path) -> None:
    """Three bands of a map of one row."""
    torch.save({"model": fastreid_weights(Model("mgn", ""))}, tmp_path / "w.pth")
    with pytest.raises(SettingsError, match="16 x 16 is too small for fastreid_mgn_r50"):
        open_target(tmp_path / "w.pth", input_size=(16, 16))


def test_pictures_are_read_at_the_chosen_size(tmp_path: Path) -> None:
    torchreid_file(tmp_path / "w.pth")
    target = open_target(tmp_path / "w.pth", input_size=(256, 256))
    assert target.preprocess(make_images()).shape == (3, 3, 256, 256)
    assert target.embed_images(make_images()).shape == (3, 512)


BEGINNINGS = [
    "module.", "_orig_mod.", "module.module.", "_orig_mod.module.", "module._orig_mod.", "model.", "net.",
    "backbone.", "model.backbone.", "reid.model.net.",
]  # fmt: skip


def under(beginning: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {beginning + name: tensor for name, tensor in tensors.items()}


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_what_all_names_begin_with_is_dropped_and_said(beginning: str, tmp_path: Path) -> None:
    torch.save({"state_dict": under(beginning, osnet_tensors())}, tmp_path / "w.pth")
    torch.save(osnet_tensors(), tmp_path / "bare.pth")
    assert read_known(tmp_path / "w.pth").prefix == beginning
    target = open_target(tmp_path / "w.pth")
    assert target.fingerprint == open_target(tmp_path / "bare.pth").fingerprint
    said = f"The weights are those under “state_dict”; “{beginning}” was dropped from all names."
    assert target.notes[1:] == (said,) and "input 256 x 128" in target.notes[0]


@pytest.mark.parametrize("container", ["net", "network", "model", "state_dict", "ema", "weights"])
def test_weights_beside_what_is_no_model(container: str, tmp_path: Path) -> None:
    beside = {
        "center_loss": {"centers": torch.ones(7, 512)},
        "criterion": {"weight": torch.ones(7)},
        "optimizer_center": {"state": torch.ones(1)},
    }
    torch.save({container: osnet_tensors(), **beside, "epoch": 3}, tmp_path / "w.pth")
    target = open_target(tmp_path / "w.pth")
    assert target.profile.name == "osnet_x0_25"
    assert target.notes[1] == f"The weights are those under “{container}”."


def test_a_checkpoint_of_lightning(tmp_path: Path) -> None:
    content = {
        "epoch": 3,
        "global_step": 100,
        "pytorch-lightning_version": "2.1.0",
        "state_dict": under("model.", osnet_tensors()),
        "loops": {"fit_loop": {"state_dict": {}}},
        "callbacks": {"ModelCheckpoint{'monitor': 'loss'}": {"best_model_path": "w.ckpt"}},
        "optimizer_states": [{"state": {0: {"exp_avg": torch.ones(2)}}, "param_groups": [{"lr": 0.1}]}],
        "lr_schedulers": [],
        "hyper_parameters": {"lr": 0.1},
    }
    torch.save(content, tmp_path / "w.ckpt")
    assert open_target(tmp_path / "w.ckpt").profile.name == "osnet_x0_25"


class AttributeDict(dict[str, Any]):
    """Of the name that Lightning's has."""


@pytest.mark.parametrize(
    "place",
    [
        "lightning.fabric.utilities.data",
        "pytorch_lightning.utilities.parsing",
        "lightning_fabric.utilities.data",
    ],
)
def test_settings_beside_the_weights_are_not_in_the_way(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = place.split(".")
    for end in range(1, len(parts) + 1):
        monkeypatch.setitem(sys.modules, ".".join(parts[:end]), types.ModuleType(parts[end - 1]))
    monkeypatch.setattr(AttributeDict, "__module__", place)
    sys.modules[place].AttributeDict = AttributeDict  # type: ignore[attr-defined]
    settings = AttributeDict(lr=0.1, nested=AttributeDict(width=2))
    arguments = argparse.Namespace(lr=0.1, gpus=[0, 1])
    content = {"state_dict": osnet_tensors(), "hyper_parameters": settings, "args": arguments}
    torch.save(content, tmp_path / "w.ckpt")
    monkeypatch.undo()
    assert open_target(tmp_path / "w.ckpt").profile.name == "osnet_x0_25"
    extra = read_known(tmp_path / "w.ckpt").extra
    assert extra == {"hyper_parameters": "a dictionary of 2 entries", "args": "Settings"}


@pytest.mark.parametrize("beginning", ["module.", "model.", "backbone."])
def test_what_only_some_names_begin_with_stays(beginning: str, tmp_path: Path) -> None:
    """So that no two names can become one, and nothing is taken for what it is not."""
    tensors = under(beginning, osnet_tensors()) | {"memory": torch.ones(2)}
    torch.save(tensors, tmp_path / "w.pth")
    assert read_known(tmp_path / "w.pth").tensors.keys() == tensors.keys()
    with pytest.raises(CheckpointError):
        open_target(tmp_path / "w.pth")


def test_a_compiled_part_of_a_model(tmp_path: Path) -> None:
    tensors = {
        name if name.startswith("fc.") else f"_orig_mod.{name}": tensor
        for name, tensor in osnet_tensors().items()
    }
    torch.save(under("model.", tensors), tmp_path / "w.pth")
    target = open_target(tmp_path / "w.pth")
    assert target.profile.name == "osnet_x0_25"
    assert target.notes[1] == "“_orig_mod.model.” was dropped from all names."


def test_two_names_that_would_become_one_stay(tmp_path: Path) -> None:
    tensors = {"a._orig_mod.b": torch.ones(1), "a.b": torch.ones(1)}
    torch.save(tensors, tmp_path / "w.pth")
    assert read_known(tmp_path / "w.pth").tensors.keys() == tensors.keys()


@pytest.mark.parametrize(
    ("shapes", "known"),
    [(layumi_shapes("layumi_ft_net_r50"), True), (baseline_shapes("reid_strong_baseline_r50"), True)],
)
def test_names_that_a_family_knows_stay(
    shapes: dict[str, tuple[int, ...]], known: bool, tmp_path: Path
) -> None:
    torch.save(zero_weights(shapes), tmp_path / "w.pth")
    assert read_known(tmp_path / "w.pth").prefix == ""


def test_a_bare_body_of_another_family_is_not_taken_for_torchvision(tmp_path: Path) -> None:
    """Strong baselines have no ReLU in the stem; with their neck cut off their names still tell."""
    torch.save(zero_weights(resnet_shapes(50, prefix="base.")), tmp_path / "w.pth")
    with pytest.raises(CheckpointError, match="head.neck"):
        open_target(tmp_path / "w.pth", last_stride=1)


@pytest.mark.parametrize("prefix", ["backbone.", "model."])
def test_a_bare_resnet_in_a_larger_model(prefix: str, tmp_path: Path) -> None:
    torch.save(zero_weights(resnet_shapes(50, prefix=prefix)), tmp_path / "w.pth")
    assert open_target(tmp_path / "w.pth", last_stride=1).profile.name == "torchvision_resnet50_stride1"


def test_our_own_files_stay(tiny_target_file: Path, tmp_path: Path) -> None:
    assert read_known(tiny_target_file).prefix == ""
    torch.save(zero_weights(resnet_shapes(50)), tmp_path / "w.pth")
    save_target(tmp_path / "t.safetensors", open_target(tmp_path / "w.pth", last_stride=2))
    assert all(name.startswith("backbone.") for name in read_known(tmp_path / "t.safetensors").tensors)
    assert open_target(tmp_path / "t.safetensors").profile.name == "torchvision_resnet50"


def test_many_beginnings_cost_nothing(tmp_path: Path) -> None:
    torch.save({"module." * 20_000 + "a": torch.ones(1)}, tmp_path / "w.pth")
    with pytest.raises(CheckpointError) as caught:
        open_target(tmp_path / "w.pth")
    assert len(str(caught.value)) < 600
