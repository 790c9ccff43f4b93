from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from attrimeter.errors import CheckpointError, SettingsError
from attrimeter.targets import PROFILES, open_target, save_target
from attrimeter.targets.checkpoints.choosing import carried_profile
from attrimeter.targets.checkpoints.reading import read_checkpoint
from targets.checkpoints.test_loading import TINY, make_images, make_target, torchreid_file
from targets.families.plain_fastreid import Model, fastreid_weights
from targets.families.test_layumi import shapes_of as layumi_shapes
from targets.families.test_torchreid import shapes_of as torchreid_shapes
from targets.plain_resnet import random_weights


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
