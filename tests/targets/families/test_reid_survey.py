from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from attrimeter.errors import CheckpointError
from attrimeter.targets.families import reid_survey
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
    NonLocal,
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

NAME = "reid_survey_agw_r50"


def agw_shapes(non_local: NonLocal = AGW_NON_LOCAL) -> Shapes:
    """Body with non-local blocks one channel wide, power of the pooling, neck, classifier without bias."""
    shapes = resnet_shapes(50, prefix="base.", non_local=non_local) | {"global_pool.p": (1,)}
    return shapes | norm_shapes("bottleneck", 2048) | linear_shapes("classifier", 2048, 751, bias=False)


def agw_weights() -> dict[str, Tensor]:
    return random_weights(agw_shapes()) | {"global_pool.p": torch.tensor([2.7])}


def plain_embedding(inputs: Tensor, weights: Weights, *, non_local: NonLocal = AGW_NON_LOCAL) -> Tensor:
    weights = in_double(weights)
    _, last = plain_resnet(inputs, weights, prefix="base.", stem_relu=False, non_local=non_local)
    pooled = plain_pool(last, "gem", power=weights["global_pool.p"])
    return plain_normalise(plain_batch_norm(pooled, weights, "bottleneck"))


def test_opens_strictly_and_embeds_as_the_plain_computation(tmp_path: Path) -> None:
    weights = agw_weights()
    target = open_content({f"module.{key}": tensor for key, tensor in weights.items()}, tmp_path)
    assert target.profile.name == NAME
    assert float(target.weights()["head.pooling.p"]) == pytest.approx(2.7)
    found = embed_inputs(target, small_inputs())
    assert relative_difference(found, plain_embedding(small_inputs().double(), weights)) < 1e-5
    assert ledger_error(target, small_inputs()) < 1e-5


def test_the_order_of_the_non_local_blocks_matters(tmp_path: Path) -> None:
    weights = agw_weights()
    found = embed_inputs(open_content(weights, tmp_path), small_inputs())
    swapped = {"layer2": ("NL_2.1", "NL_2.0"), "layer3": AGW_NON_LOCAL["layer3"]}
    other = plain_embedding(small_inputs().double(), weights, non_local=swapped)
    assert relative_difference(found, other) > 1e-3


def test_pictures_are_embedded_at_full_size(tmp_path: Path) -> None:
    weights = agw_weights()
    target = open_content(weights, tmp_path)
    inputs = plain_input(make_pictures(), size=(256, 128), interpolation="bilinear")
    found = torch.from_numpy(target.embed_images(make_pictures()))
    assert relative_difference(found, plain_embedding(inputs, weights)) < 1e-5


def test_the_baseline_is_that_of_the_strong_baseline(tmp_path: Path) -> None:
    shapes = resnet_shapes(50, prefix="base.") | norm_shapes("bottleneck", 2048)
    weights = zero_weights(shapes | linear_shapes("classifier", 2048, 751, bias=False))
    assert open_content(weights, tmp_path).profile.name == "reid_strong_baseline_r50"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("reid_strong_baseline_r50", "backbone.NL_2.0.g.weight is unexpected"),
        ("layumi_ft_net_r50", "backbone.conv1.weight is missing"),
    ],
)
def test_a_wrong_profile_is_refused_by_tensors(wrong: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=f"is not a checkpoint of {wrong}: .*{said}"):
        open_content(zero_weights(agw_shapes()), tmp_path, profile=wrong)


def test_without_the_learnt_power_it_is_refused(tmp_path: Path) -> None:
    weights = zero_weights(agw_shapes())
    del weights["global_pool.p"]
    with pytest.raises(CheckpointError, match=f"nearest, {NAME}, differs .*head.pooling.p is missing"):
        open_content(weights, tmp_path)


def test_fewer_non_local_blocks_are_refused(tmp_path: Path) -> None:
    weights = zero_weights(agw_shapes({"layer3": AGW_NON_LOCAL["layer3"]}))
    with pytest.raises(CheckpointError, match=r"backbone.layer2.NL_0.g.weight is missing"):
        open_content(weights, tmp_path)


@pytest.mark.parametrize("name", ["base.NL_2", "base.NL_x.0.g.weight", "head.neck", "other.weight"])
def test_unknown_names_are_kept_to_be_refused(name: str) -> None:
    (profile,) = reid_survey.FAMILY.profiles
    assert reid_survey.FAMILY.rename(name, profile) in (name, name.replace("base.", "backbone."))


@pytest.mark.parametrize("first", ["backbone.NL_2.0.g.weight", "base.conv1.weight", "conv1.weight"])
def test_foreign_names_are_ruled_out(first: str) -> None:
    assert reid_survey.FAMILY.candidates({first: torch.zeros(1)}) == ()
