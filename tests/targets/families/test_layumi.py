from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from attrimeter.errors import CheckpointError
from attrimeter.targets import PROFILES
from attrimeter.targets.families import layumi
from targets.golden import (
    embed_inputs,
    ledger_error,
    make_pictures,
    open_content,
    plain_input,
    small_inputs,
)
from targets.plain_resnet import (
    Shapes,
    Weights,
    in_double,
    linear_shapes,
    norm_shapes,
    plain_batch_norm,
    plain_linear,
    plain_normalise,
    plain_pool,
    plain_resnet,
    random_weights,
    relative_difference,
    resnet_shapes,
    zero_weights,
)

PLAIN, IBN = "layumi_ft_net_r50", "layumi_ft_net_r50_ibn"
STRIDES = {PLAIN: 2, f"{PLAIN}_stride1": 1, IBN: 2, f"{IBN}_stride1": 1}


def shapes_of(name: str, *, linear_size: int = 512) -> Shapes:
    """Body with the ImageNet classifier, Linear and BatchNorm, classifier."""
    shapes = resnet_shapes(50, prefix="model.", ibn="ibn" in name) | linear_shapes("model.fc", 2048, 1000)
    shapes |= linear_shapes("classifier.add_block.0", 2048, linear_size)
    shapes |= norm_shapes("classifier.add_block.1", linear_size)
    return shapes | linear_shapes("classifier.classifier.0", linear_size, 751)


def plain_embedding(inputs: Tensor, weights: Weights, *, last_stride: int) -> Tensor:
    weights = in_double(weights)
    _, last = plain_resnet(inputs, weights, prefix="model.", last_stride=last_stride)
    features = plain_linear(plain_pool(last, "gap"), weights, "classifier.add_block.0")
    return plain_normalise(plain_batch_norm(features, weights, "classifier.add_block.1"))


@pytest.mark.parametrize("name", STRIDES)
def test_opens_strictly_and_embeds_as_the_plain_computation(name: str, tmp_path: Path) -> None:
    weights = random_weights(shapes_of(name))
    target = open_content(weights, tmp_path, profile=name)
    expected = plain_embedding(small_inputs().double(), weights, last_stride=STRIDES[name])
    assert relative_difference(embed_inputs(target, small_inputs()), expected) < 1e-5
    assert ledger_error(target, small_inputs()) < 1e-5


@pytest.mark.parametrize("name", [PLAIN, IBN])
def test_the_stride_must_be_said(name: str, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=rf"several profiles \({name}, {name}_stride1\)"):
        open_content(zero_weights(shapes_of(name)), tmp_path)
    assert "stride" in layumi.FAMILY.unsaid


def test_the_stride_matters(tmp_path: Path) -> None:
    weights = random_weights(shapes_of(PLAIN))
    found = embed_inputs(open_content(weights, tmp_path, profile=PLAIN), small_inputs())
    other = plain_embedding(small_inputs().double(), weights, last_stride=1)
    assert relative_difference(found, other) > 1e-3


def test_pictures_are_embedded_at_full_size(tmp_path: Path) -> None:
    weights = random_weights(shapes_of(PLAIN))
    target = open_content(weights, tmp_path, profile=PLAIN)
    inputs = plain_input(make_pictures(), size=(256, 128), interpolation="bicubic")
    found = torch.from_numpy(target.embed_images(make_pictures()))
    assert relative_difference(found, plain_embedding(inputs, weights, last_stride=2)) < 1e-5


def test_the_size_of_the_linear_is_read(tmp_path: Path) -> None:
    weights = random_weights(shapes_of(PLAIN, linear_size=96))
    target = open_content(weights, tmp_path, profile=PLAIN)
    assert target.profile.linear_size == target.embedding_size == 96
    expected = plain_embedding(small_inputs().double(), weights, last_stride=2)
    assert relative_difference(embed_inputs(target, small_inputs()), expected) < 1e-5


def test_every_profile_has_a_golden_test() -> None:
    assert {profile.name: profile.last_stride for profile in layumi.FAMILY.profiles} == STRIDES


@pytest.mark.parametrize(
    ("name", "wrong", "said"),
    [
        (PLAIN, IBN, "backbone.layer1.0.bn1.IN.weight is missing"),
        (IBN, PLAIN, "backbone.layer1.0.bn1.weight is missing"),
        (PLAIN, "reid_strong_baseline_r50", "backbone.conv1.weight is missing"),
    ],
)
def test_a_wrong_profile_is_refused_by_tensors(name: str, wrong: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=f"is not a checkpoint of {wrong}: .*{said}"):
        open_content(zero_weights(shapes_of(name)), tmp_path, profile=wrong)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"usam_1.weight": (1, 1, 3, 3)}, "usam_1.weight is unexpected"),
        ({"classifier.add_block.0.weight": (2048,)}, r"head.linear.weight has shape \(2048,\)"),
        ({"classifier.add_block.3.weight": (512,)}, "classifier.add_block.3.weight is unexpected"),
    ],
)
def test_other_variants_are_refused_by_names(changed: Shapes, said: str, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=f"nearest, {PLAIN}, .*{said}"):
        open_content(zero_weights(shapes_of(PLAIN) | changed), tmp_path)


def test_a_checkpoint_without_its_block_is_refused(tmp_path: Path) -> None:
    weights = zero_weights(resnet_shapes(50, prefix="model."))
    with pytest.raises(CheckpointError, match=f"is not a checkpoint of {PLAIN}: .* is missing"):
        open_content(weights, tmp_path, profile=PLAIN)


def test_features_are_compared_by_cosine() -> None:
    assert {PROFILES[name].metric for name in STRIDES} == {"cosine"}


@pytest.mark.parametrize("first", ["backbone.conv1.weight", "base.conv1.weight", "model.conv1.weight"])
def test_foreign_names_are_ruled_out(first: str) -> None:
    assert layumi.FAMILY.candidates({first: torch.zeros(1)}) == ()
