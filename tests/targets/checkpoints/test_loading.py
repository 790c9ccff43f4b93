from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from attrimeter.errors import CheckpointError, SettingsError
from attrimeter.targets import PROFILES, Target, build_network, open_target, save_target
from attrimeter.targets.checkpoints.choosing import METADATA
from attrimeter.targets.checkpoints.loading import find_broken
from attrimeter.targets.network import weights_of
from attrimeter.targets.profile import profile_to_dict

TINY = dataclasses.replace(
    PROFILES["demo"], name="tiny", width=4, image_size=(32, 16), pooling="gem", metric="cosine"
)


def make_target() -> Target:
    torch.manual_seed(0)
    network = build_network(TINY)
    return Target(network, TINY, metric="cosine", device=torch.device("cpu"))


def make_images() -> list[np.ndarray]:
    return list(np.random.default_rng(0).integers(0, 256, (3, 40, 20, 3), dtype=np.uint8))


def torchreid_file(path: Path, **changes: torch.Tensor) -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    network = build_network(PROFILES["osnet_x0_25"])
    tensors = {
        name.replace("backbone.", "").replace("head.linear", "fc.0").replace("head.norm", "fc.1"): tensor
        for name, tensor in network.state_dict().items()
    }
    tensors |= {"classifier.weight": torch.zeros(7, 512), **changes}
    torch.save({"state_dict": {f"module.{name}": tensor for name, tensor in tensors.items()}}, path)
    return weights_of(network)


def test_a_saved_target_comes_back_the_same(tmp_path: Path) -> None:
    target, place = make_target(), tmp_path / "deep" / "target.safetensors"
    save_target(place, target)
    again = open_target(place)
    assert again.profile == target.profile
    assert again.metric == "cosine"
    assert again.fingerprint == target.fingerprint
    assert np.array_equal(again.embed_images(make_images()), target.embed_images(make_images()))


def test_a_file_with_its_own_profile_can_be_opened_by_its_name(tmp_path: Path) -> None:
    save_target(tmp_path / "t.safetensors", make_target())
    assert open_target(tmp_path / "t.safetensors", profile="tiny").profile == TINY


def test_a_torchreid_target_saved_by_us_comes_back_the_same(tmp_path: Path) -> None:
    torchreid_file(tmp_path / "osnet.pth")
    target = open_target(tmp_path / "osnet.pth")
    save_target(tmp_path / "osnet.safetensors", target)
    assert open_target(tmp_path / "osnet.safetensors").fingerprint == target.fingerprint


def test_saving_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        save_target(tmp_path / name, make_target())
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() == (tmp_path / "c").read_bytes()


def test_opening_draws_no_random_numbers(tmp_path: Path) -> None:
    save_target(tmp_path / "t.safetensors", make_target())
    torchreid_file(tmp_path / "w.pth")
    state = torch.get_rng_state()
    open_target(tmp_path / "t.safetensors")
    open_target(tmp_path / "w.pth")
    assert torch.equal(torch.get_rng_state(), state)


def test_the_metric_can_be_chosen(tmp_path: Path) -> None:
    save_target(tmp_path / "t.safetensors", make_target())
    plain = open_target(tmp_path / "t.safetensors", metric="euclidean")
    assert plain.metric == "euclidean"
    lengths = np.linalg.norm(plain.embed_images(make_images()), axis=1)
    assert np.abs(lengths - 1).min() > 1e-3


def test_a_torchreid_file_gives_its_weights(tmp_path: Path) -> None:
    expected = torchreid_file(tmp_path / "w.pth")
    target = open_target(tmp_path / "w.pth")
    assert target.profile.name == "osnet_x0_25"
    assert target.metric == "euclidean"
    weights = target.weights()
    assert weights.keys() == expected.keys()
    assert all(torch.equal(weights[name], expected[name]) for name in expected)


def test_half_precision_is_raised_to_single(tmp_path: Path) -> None:
    expected = {name: tensor.half() for name, tensor in make_target().weights().items()}
    metadata = {METADATA: json.dumps({"profile": profile_to_dict(TINY), "metric": "cosine"})}
    save_file(expected, tmp_path / "t.safetensors", metadata=metadata)
    weights = open_target(tmp_path / "t.safetensors").weights()
    assert all(torch.equal(weights[name], expected[name].float()) for name in expected)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e300])
def test_values_that_are_not_finite_are_refused(tmp_path: Path, value: float) -> None:
    torchreid_file(tmp_path / "w.pth", **{"fc.0.bias": torch.full((512,), value, dtype=torch.float64)})
    with pytest.raises(CheckpointError, match=r"NaN or infinite weights in 1 tensors \(head.linear.bias\)"):
        open_target(tmp_path / "w.pth")


def test_a_wrong_profile_is_refused(tmp_path: Path) -> None:
    torchreid_file(tmp_path / "w.pth")
    with pytest.raises(CheckpointError, match="is not a checkpoint of osnet_x0_5"):
        open_target(tmp_path / "w.pth", profile="osnet_x0_5")
    save_target(tmp_path / "t.safetensors", make_target())
    with pytest.raises(CheckpointError, match="carries its own profile, tiny"):
        open_target(tmp_path / "t.safetensors", profile="demo")


@pytest.mark.parametrize("stored", ["", "{", "[]", "7", "{}", '{"profile": {}, "metric": "cosine"}'])
def test_a_broken_profile_in_the_file_is_refused(tmp_path: Path, stored: str) -> None:
    save_file(make_target().weights(), tmp_path / "t.safetensors", metadata={METADATA: stored})
    with pytest.raises(CheckpointError, match="save the target again"):
        open_target(tmp_path / "t.safetensors")


def test_unknown_choices_are_refused(tmp_path: Path) -> None:
    torchreid_file(tmp_path / "w.pth")
    with pytest.raises(SettingsError, match="profile 'vgg' is not known; attrimeter targets lists"):
        open_target(tmp_path / "w.pth", profile="vgg")
    with pytest.raises(SettingsError, match=r"near it: osnet_x0_25"):
        open_target(tmp_path / "w.pth", profile="osnet_x025")
    with pytest.raises(SettingsError, match="metric 'manhattan'"):
        open_target(tmp_path / "w.pth", metric="manhattan")
    with pytest.raises(SettingsError, match="device 'gpu'"):
        open_target(tmp_path / "w.pth", device="gpu")


def test_a_target_does_not_hang_on_its_file(tmp_path: Path) -> None:
    torchreid_file(tmp_path / "w.pth")
    target = open_target(tmp_path / "w.pth")
    before = target.weights()["head.linear.weight"]
    with (tmp_path / "w.pth").open("r+b") as stream:
        stream.write(bytes((tmp_path / "w.pth").stat().st_size))
    assert torch.equal(target.weights()["head.linear.weight"], before)


def test_broken_values_are_found() -> None:
    tensors = {"a": torch.ones(2), "b": torch.tensor([1, float("nan")])}
    assert find_broken(tensors) == ["b"]
    assert find_broken({"c": torch.tensor([1e300], dtype=torch.float64)}) == ["c"]
