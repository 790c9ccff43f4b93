from __future__ import annotations

from pathlib import Path

import pytest
import torch

from attrimeter.errors import CheckpointError
from attrimeter.targets import PROFILES, open_target
from attrimeter.targets.checkpoints.matching import compare_profiles
from attrimeter.targets.families import torchreid, torchvision
from targets.golden import embed_inputs, ledger_error, open_content, small_inputs
from targets.plain_resnet import (
    in_double,
    linear_shapes,
    plain_pool,
    plain_resnet,
    random_weights,
    relative_difference,
    resnet_shapes,
    zero_weights,
)

DEEP = {"torchvision_resnet50": 50, "torchvision_resnet101": 101}


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("name", DEEP)
def test_embeds_as_the_plain_computation(name: str, stride: int, tmp_path: Path) -> None:
    weights = random_weights(resnet_shapes(DEEP[name]) | linear_shapes("fc", 2048, 751))
    profile = name if stride == 2 else f"{name}_stride1"
    target = open_content(weights, tmp_path, profile=profile)
    _, last = plain_resnet(small_inputs().double(), in_double(weights), last_stride=stride)
    assert relative_difference(embed_inputs(target, small_inputs()), plain_pool(last, "gap")) < 1e-5
    assert ledger_error(target, small_inputs()) < 1e-5


@pytest.mark.parametrize("has_classifier", [True, False])
def test_the_last_stride_is_asked_for(has_classifier: bool, tmp_path: Path) -> None:
    """It opened as torchreid's, of stride 2, whatever it had been trained with."""
    weights = random_weights(resnet_shapes(50) | (linear_shapes("fc", 2048, 751) if has_classifier else {}))
    with pytest.raises(
        CheckpointError, match="torchvision_resnet50, torchvision_resnet50_stride1.*--last-stride"
    ):
        open_content(weights, tmp_path)
    torch.save(weights, tmp_path / "w.pth")
    coarse, fine = (open_target(tmp_path / "w.pth", last_stride=stride) for stride in (2, 1))
    assert (coarse.profile.name, fine.profile.name) == (
        "torchvision_resnet50",
        "torchvision_resnet50_stride1",
    )
    assert (coarse.map_size, fine.map_size) == ((8, 4), (16, 8))


def test_what_was_torchreid_by_name_stays_so(tmp_path: Path) -> None:
    """An interpreter's folder of before names this profile."""
    target = open_content(random_weights(resnet_shapes(50)), tmp_path, profile="torchreid_resnet50")
    assert target.profile == PROFILES["torchreid_resnet50"]


@pytest.mark.parametrize("head", ["classifier", "fc.0"])
def test_a_head_that_torchreid_knows_is_left_to_it(head: str) -> None:
    tensors = zero_weights(resnet_shapes(50) | linear_shapes(head, 2048, 512))
    assert torchvision.FAMILY.candidates(tensors) == () and torchreid.FAMILY.candidates(tensors)


def test_another_head_is_refused_by_name() -> None:
    tensors = zero_weights(resnet_shapes(50) | linear_shapes("embedder", 2048, 128))
    (nearest, *_) = compare_profiles(tensors)
    assert nearest.misfits == (
        "backbone.embedder.weight is unexpected",
        "backbone.embedder.bias is unexpected",
    )


def test_every_depth_has_both_strides() -> None:
    strides = {profile.name: profile.last_stride for profile in torchvision.FAMILY.profiles}
    names = [f"torchvision_resnet{depth}" for depth in (18, 34, 50, 101)]
    assert strides == dict.fromkeys(names, 2) | {f"{name}_stride1": 1 for name in names}
