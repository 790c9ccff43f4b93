from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from attrimeter.errors import CheckpointError
from attrimeter.targets import PROFILES
from attrimeter.targets.checkpoints.matching import compare_profiles
from attrimeter.targets.families import torchreid
from targets.golden import (
    embed_inputs,
    ledger_error,
    make_pictures,
    open_content,
    plain_input,
    small_inputs,
)
from targets.plain_osnet import CHANNELS, osnet_shapes, plain_osnet
from targets.plain_resnet import (
    Shapes,
    Weights,
    in_double,
    linear_shapes,
    norm_shapes,
    plain_batch_norm,
    plain_linear,
    plain_pool,
    plain_resnet,
    random_weights,
    relative_difference,
    resnet_shapes,
    zero_weights,
)

OSNETS = [name for name in PROFILES if name.startswith("osnet")]
RESNETS = ["torchreid_resnet50", "torchreid_resnet50_fc512"]


def kind_and_width(name: str) -> tuple[str, str]:
    kind, width = name.split("_x")
    return kind, f"x{width}"


def shapes_of(name: str) -> Shapes:
    """As torchreid names them: body, fc (Linear, BatchNorm) where there is one, classifier."""
    if name in RESNETS:
        shapes, channels = resnet_shapes(50), 2048
    else:
        kind, width = kind_and_width(name)
        shapes, channels = osnet_shapes(width, kind=kind), CHANNELS[width][3]
    if name != "torchreid_resnet50":
        shapes |= linear_shapes("fc.0", channels, 512) | norm_shapes("fc.1", 512)
        channels = 512
    return shapes | linear_shapes("classifier", channels, 751)


def as_saved(weights: Weights) -> dict[str, Any]:
    """What save_checkpoint of torchreid writes for a model that several GPUs trained."""
    optimiser = torch.optim.Adam(nn.Linear(2, 2).parameters())
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimiser, [20, 40])
    return {
        "state_dict": {f"module.{name}": tensor for name, tensor in weights.items()},
        "epoch": 60,
        "rank1": np.float32(0.9),
        "optimizer": optimiser.state_dict(),
        "scheduler": schedule.state_dict(),
    }


def plain_embedding(name: str, inputs: Tensor, weights: Weights) -> Tensor:
    weights = in_double(weights)
    if name in RESNETS:
        _, last = plain_resnet(inputs, weights, last_stride=1 if name.endswith("fc512") else 2)
    else:
        _, last = plain_osnet(inputs, weights, kind=kind_and_width(name)[0])
    pooled = plain_pool(last, "gap")
    if "fc.0.weight" not in weights:
        return pooled
    return F.relu(plain_batch_norm(plain_linear(pooled, weights, "fc.0"), weights, "fc.1"))


@pytest.mark.parametrize("name", OSNETS + RESNETS)
def test_opens_strictly_and_embeds_as_the_plain_computation(name: str, tmp_path: Path) -> None:
    weights = random_weights(shapes_of(name))
    target = open_content(as_saved(weights), tmp_path)
    assert target.profile.name == name
    expected = plain_embedding(name, small_inputs().double(), weights)
    assert expected.std() > 0.05
    assert relative_difference(embed_inputs(target, small_inputs()), expected) < 1e-5
    assert ledger_error(target, small_inputs()) < 1e-5


@pytest.mark.parametrize("name", ["osnet_ibn_x1_0", "osnet_ain_x0_25", *RESNETS])
def test_pictures_are_embedded_at_full_size(name: str, tmp_path: Path) -> None:
    weights = random_weights(shapes_of(name))
    target = open_content(weights, tmp_path)
    inputs = plain_input(make_pictures(), size=(256, 128), interpolation="bilinear")
    expected = plain_embedding(name, inputs, weights)
    found = torch.from_numpy(target.embed_images(make_pictures()))
    assert relative_difference(found, expected) < 1e-5


def test_every_profile_has_a_golden_test() -> None:
    assert {profile.name for profile in torchreid.FAMILY.profiles} == {*OSNETS, *RESNETS}
    assert all(profile.metric == "euclidean" for profile in torchreid.FAMILY.profiles)


def test_the_stride_of_the_last_stage_is_that_of_each_resnet() -> None:
    assert PROFILES["torchreid_resnet50"].last_stride == 2
    assert PROFILES["torchreid_resnet50_fc512"].last_stride == 1


@pytest.mark.parametrize(
    ("name", "wrong", "said"),
    [
        ("torchreid_resnet50_fc512", "torchreid_resnet50", "head.linear.weight is unexpected"),
        ("torchreid_resnet50", "torchreid_resnet50_fc512", "head.linear.weight is missing"),
        ("osnet_ibn_x1_0", "osnet_x1_0", "backbone.conv1.bn.running_mean is missing"),
        ("osnet_x1_0", "osnet_ibn_x1_0", "backbone.conv2.0.IN.weight is missing"),
        ("osnet_ain_x0_25", "osnet_x0_25", "backbone.conv2.0.conv2a.conv1.weight is missing"),
    ],
)
def test_a_wrong_profile_is_refused_by_tensors(name: str, wrong: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=f"is not a checkpoint of {wrong}: .*{said}"):
        open_content(zero_weights(shapes_of(name)), tmp_path, profile=wrong)


def test_another_classifier_is_not_dropped() -> None:
    weights = zero_weights(shapes_of("osnet_x0_25") | linear_shapes("classifier.0", 512, 751))
    (nearest, *_) = compare_profiles(weights)
    assert nearest.profile.name == "osnet_x0_25"
    assert nearest.misfits == (
        "backbone.classifier.0.weight is unexpected",
        "backbone.classifier.0.bias is unexpected",
    )


@pytest.mark.parametrize("first", ["backbone.conv1.weight", "base.conv1.weight", "model.conv1.weight"])
def test_foreign_names_are_ruled_out(first: str) -> None:
    assert torchreid.FAMILY.candidates({first: torch.zeros(64, 3, 7, 7)}) == ()
