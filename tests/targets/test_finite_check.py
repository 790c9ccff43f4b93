"""Weights that are numbers, and yet give none: said at the door, and again wherever an embedding is made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from attrimeter.caching.map_cache import MapCache
from attrimeter.errors import CheckpointError
from attrimeter.interpreter import InterpreterSettings, build_interpreter
from attrimeter.pixels import write_image
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import Target, open_target, save_network
from attrimeter.targets.finite_check import first_not_finite, negative_variances
from targets.own_modules import SIZE, SmallNet, filled

IMAGES = list(np.random.default_rng(0).integers(0, 256, (2, 64, 32, 3), dtype=np.uint8))

DAMAGES: dict[str, tuple[str, Callable[[Tensor], object], str]] = {
    "huge in the body": (
        "layer1.0.conv1.weight",
        lambda t: t.fill_(1e38),
        "from the layer backbone.layer1.0",
    ),
    "huge in the last stage": (
        "layer4.0.bn2.weight",
        lambda t: t.fill_(3e38),
        "from the layer backbone.layer4.0",
    ),
    "huge in the head": ("neck.weight", lambda t: t.fill_(3e38), "too large for float32"),
    "negative variance": (
        "layer3.0.bn1.running_var",
        lambda t: t[:1].neg_(),
        "is negative in backbone.layer3.0.bn1",
    ),
    "negative variance in the neck": ("neck.running_var", lambda t: t.neg_(), "is negative in head.neck"),
}


def damaged(target_file: Path, place: Path, name: str, change: Callable[[Tensor], object]) -> Path:
    target = open_target(target_file)
    tensors = target.weights()
    (found,) = [known for known in tensors if known.endswith(name)]
    change(tensors[found])
    save_network(place, tensors, target.profile, metric=target.metric)
    return place


@pytest.mark.parametrize(("name", "change", "told"), DAMAGES.values(), ids=DAMAGES)
def test_it_is_said_when_a_checkpoint_is_opened(
    tiny_target_file: Path, tmp_path: Path, name: str, change: Callable[[Tensor], object], told: str
) -> None:
    path = damaged(tiny_target_file, tmp_path / "damaged.safetensors", name, change)
    with pytest.raises(CheckpointError, match=f"damaged.safetensors opens as demo, but.*{told}") as error:
        open_target(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("huge", ["layer4", "neck"])
def test_it_is_said_of_a_module_with_the_layer(huge: str) -> None:
    module = filled(SmallNet())
    torch.nn.init.constant_(module.get_submodule({"layer4": "layer4.1", "neck": "neck"}[huge]).weight, 3e38)
    with pytest.raises(
        CheckpointError, match=rf"SmallNet gives embeddings that are not finite: from the layer {huge}"
    ):
        Target.from_module(module, last_map="relu", input_size=SIZE)


def test_a_number_of_embeddings_is_another_matter() -> None:
    class Doubled(SmallNet):
        def finish(self, last_map: Tensor) -> Tensor:
            return super().finish(last_map).repeat(2, 1)

    with pytest.raises(CheckpointError, match="gives 12 embeddings for 6 images"):
        Target.from_module(filled(Doubled()), last_map="relu", input_size=SIZE)


@pytest.fixture
def broken(tiny_target_file: Path) -> Target:
    """A target that broke after it was opened, as on pictures that are like no test picture."""
    target = open_target(tiny_target_file)
    target.identity  # noqa: B018 (as it is known by then)
    target.head.neck.weight.fill_(3e38)
    target.head.neck.running_var.zero_()
    return target


def test_it_is_said_of_every_embedding(broken: Target, tmp_path: Path) -> None:
    paths = [tmp_path / "a.png", tmp_path / "b.png"]
    for path, image in zip(paths, IMAGES, strict=True):
        write_image(path, image)
    settings = InterpreterSettings(form="counterfactual", hidden=8)
    interpreter = build_interpreter(broken, SCHEMAS["market1501"], settings)
    for made in (
        lambda: broken.embed_images(IMAGES),
        lambda: MapCache(tmp_path / "cache", broken).fill(paths),
        lambda: interpreter.read_images(IMAGES),
    ):
        with pytest.raises(CheckpointError, match="embeddings that are not finite"):
            made()


def test_maps_too_large_for_half_precision_are_not_kept_as_infinite(
    tiny_target_file: Path, tmp_path: Path
) -> None:
    target = open_target(tiny_target_file)
    write_image(tmp_path / "a.png", IMAGES[0])
    for parameter in target.backbone.get_submodule("layer4").parameters():
        parameter.mul_(1e3)
    with pytest.raises(CheckpointError, match="half precision"):
        MapCache(tmp_path / "cache", target).fill([tmp_path / "a.png"])


def test_the_first_layer_is_named_and_variances_of_other_names_are_not_looked_at() -> None:
    net = nn.Sequential(nn.Conv2d(3, 3, 1), nn.BatchNorm2d(3), nn.BatchNorm2d(3)).eval()
    net[1].running_var.fill_(-1)
    assert negative_variances(net) == ["1.running_var"]
    assert first_not_finite(net, lambda: net(torch.ones(1, 3, 2, 2))) == "1"
    assert first_not_finite(net, lambda: None) == ""
    assert not any(layer._forward_hooks for layer in net.modules())
