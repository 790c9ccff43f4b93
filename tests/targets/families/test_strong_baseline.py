from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from attrimeter.errors import CheckpointError
from attrimeter.targets import PROFILES
from attrimeter.targets.families import strong_baseline
from targets.golden import (
    embed_inputs,
    ledger_error,
    make_pictures,
    open_content,
    plain_input,
    small_inputs,
)
from targets.plain_resnet import (
    AGW_NON_LOCAL,
    Shapes,
    Weights,
    in_double,
    linear_shapes,
    norm_shapes,
    plain_batch_norm,
    plain_normalise,
    plain_pool,
    plain_resnet,
    random_weights,
    relative_difference,
    resnet_shapes,
    zero_weights,
)

NAMES = ["reid_strong_baseline_r50", "reid_strong_baseline_r101", "reid_strong_baseline_r50_ibn"]


def shapes_of(name: str) -> Shapes:
    """Body, with the ImageNet classifier in the model with IBN-a, neck, classifier without bias."""
    ibn = name.endswith("_ibn")
    shapes = resnet_shapes(101 if "r101" in name else 50, prefix="base.", ibn=ibn)
    if ibn:
        shapes |= linear_shapes("base.fc", 2048, 1000)
    return shapes | norm_shapes("bottleneck", 2048) | linear_shapes("classifier", 2048, 751, bias=False)


def plain_embedding(
    inputs: Tensor, weights: Weights, *, stem_relu: bool, stem_pool: str = "padded", last_stride: int = 1
) -> Tensor:
    weights = in_double(weights)
    _, last = plain_resnet(
        inputs,
        weights,
        prefix="base.",
        stem_relu=stem_relu,
        stem_pool=stem_pool,
        last_stride=last_stride,
    )
    return plain_normalise(plain_batch_norm(plain_pool(last, "gap"), weights, "bottleneck"))


@pytest.mark.parametrize("name", NAMES)
def test_opens_strictly_and_embeds_as_the_plain_computation(name: str, tmp_path: Path) -> None:
    weights = random_weights(shapes_of(name))
    target = open_content({f"module.{key}": tensor for key, tensor in weights.items()}, tmp_path)
    assert target.profile.name == name
    expected = plain_embedding(small_inputs().double(), weights, stem_relu=name.endswith("_ibn"))
    assert relative_difference(embed_inputs(target, small_inputs()), expected) < 1e-5
    assert ledger_error(target, small_inputs()) < 1e-5


def test_pictures_are_embedded_at_full_size(tmp_path: Path) -> None:
    weights = random_weights(shapes_of(NAMES[0]))
    target = open_content({"model": weights}, tmp_path)  # as later versions of ignite wrap it
    inputs = plain_input(make_pictures(), size=(256, 128), interpolation="bilinear")
    found = torch.from_numpy(target.embed_images(make_pictures()))
    assert relative_difference(found, plain_embedding(inputs, weights, stem_relu=False)) < 1e-5


def test_what_names_do_not_tell_matters(tmp_path: Path) -> None:
    weights = random_weights(shapes_of(NAMES[0]))
    found = embed_inputs(open_content(weights, tmp_path), small_inputs())
    inputs = small_inputs().double()
    for other in (
        plain_embedding(inputs, weights, stem_relu=True),
        plain_embedding(inputs, weights, stem_relu=False, stem_pool="ceil"),
        plain_embedding(inputs, weights, stem_relu=False, last_stride=2),
    ):
        assert relative_difference(found, other) > 1e-3


def test_every_profile_has_a_golden_test() -> None:
    assert [profile.name for profile in strong_baseline.FAMILY.profiles] == NAMES


@pytest.mark.parametrize(
    ("name", "wrong", "said"),
    [
        (NAMES[0], NAMES[1], "backbone.layer3.6.conv1.weight is missing"),
        (NAMES[0], NAMES[2], "backbone.layer1.0.bn1.IN.weight is missing"),
        (NAMES[2], NAMES[0], "backbone.layer1.0.bn1.weight is missing"),
        (NAMES[0], "torchreid_resnet50", "backbone.conv1.weight is missing"),
    ],
)
def test_a_wrong_profile_is_refused_by_tensors(name: str, wrong: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=f"is not a checkpoint of {wrong}: .*{said}"):
        open_content(zero_weights(shapes_of(name)), tmp_path, profile=wrong)


def test_a_model_without_a_neck_is_refused(tmp_path: Path) -> None:
    shapes = resnet_shapes(50, prefix="base.") | linear_shapes("classifier", 2048, 751)
    with pytest.raises(
        CheckpointError, match=r"nearest, reid_strong_baseline_r50, differs .*head.neck.weight is missing"
    ):
        open_content(zero_weights(shapes), tmp_path)


def test_the_unused_classifier_belongs_to_the_model_with_ibn_alone() -> None:
    rename = strong_baseline.FAMILY.rename
    assert rename("base.fc.weight", PROFILES[NAMES[2]]) is None
    assert rename("base.fc.weight", PROFILES[NAMES[0]]) == "backbone.fc.weight"
    assert rename("classifier.bias", PROFILES[NAMES[0]]) == "classifier.bias"


def test_foreign_names_are_ruled_out() -> None:
    agw = resnet_shapes(50, prefix="base.", non_local=AGW_NON_LOCAL) | {"global_pool.p": (1,)}
    assert strong_baseline.FAMILY.candidates(dict.fromkeys(agw, torch.zeros(1))) == ()
    assert strong_baseline.FAMILY.candidates({"backbone.conv1.weight": torch.zeros(1)}) == ()
