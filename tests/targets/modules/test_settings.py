"""Whatever of the settings of an own module decides its numbers is in its fingerprint."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from attrimeter.errors import CheckpointError
from attrimeter.targets import Target
from attrimeter.targets.modules.settings import ModuleSettings
from targets.own_modules import SIZE

OTHERWISE = {
    "name": "decides nothing",
    "image_size": "is in the profile",
    "head": "is checked to give the same embedding",
    "deep": "is checked to give the same map",
}


def test_every_setting_is_described_or_known_to_decide_nothing() -> None:
    settings = ModuleSettings(name="net", image_size=SIZE, last_map="input", fingerprint="f")
    assert {field.name for field in fields(settings)} == {*settings.describe(), *OTHERWISE}


def test_without_a_fingerprint_the_description_is_what_it_always_was() -> None:
    assert ModuleSettings(name="net", image_size=SIZE, last_map="layer4").describe() == {
        "last_map": "layer4",
        "shallow_map": None,
        "pooling": None,
        "neck": None,
        "output": None,
        "grid": None,
        "leading_tokens": 0,
        "normalise": False,
    }


class Engine(nn.Module):
    """Without a tensor of its own."""

    def __init__(self, weights: Tensor) -> None:
        super().__init__()
        self.engine = lambda images: (images.mean(dim=(2, 3)).numpy() @ weights.numpy()).astype("float32")

    def forward(self, images: Tensor) -> Tensor:
        return torch.from_numpy(self.engine(images))


def test_a_module_without_tensors_must_bring_a_fingerprint() -> None:
    first, second = torch.eye(3), torch.eye(3).flip(0)
    how = {"last_map": "input", "input_size": SIZE, "grid": (4, 2)}
    with pytest.raises(CheckpointError, match=r"Engine has no tensors of its own.*give fingerprint="):
        Target.from_module(Engine(first), **how)
    for nothing in ("", "  ", 7, Path(__file__), __file__):
        with pytest.raises(CheckpointError, match="does not change with the weights; give file_fingerprint"):
            Target.from_module(Engine(first), fingerprint=nothing, **how)
    one, two = (Target.from_module(Engine(w), fingerprint=str(w.tolist()), **how) for w in (first, second))
    assert one.fingerprint != two.fingerprint and not one.passes_gradient
    held = Engine(first)
    held.register_buffer("weights", first)
    assert Target.from_module(held, **how).fingerprint not in (one.fingerprint, two.fingerprint)
    # Who gives both the same is found out by the probe.
    careless = [Target.from_module(Engine(w), fingerprint="v1", **how).identity for w in (first, second)]
    assert careless[0].fingerprint == careless[1].fingerprint
    assert careless[1].mismatch(careless[0].to_dict()) is not None
