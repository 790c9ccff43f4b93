"""Stand-ins with the interface of timm's models; timm itself is not needed to read them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from torch import Tensor, nn

from attrimeter.errors import CheckpointError
from attrimeter.targets.adapters.timm import from_timm
from targets.own_modules import GRID, SIZE, SmallNet, TinyViT, filled, images, own_embedding

CONFIG = {
    "input_size": (3, *SIZE),
    "interpolation": "bicubic",
    "mean": (0.5, 0.5, 0.5),
    "std": (0.25, 0.25, 0.25),
}


class Convolutional(SmallNet):
    """layer4 is not the last to give a map: the ReLU after it is."""

    num_classes = 0
    pretrained_cfg = CONFIG
    feature_info = (
        {"module": "layer1", "reduction": 4, "num_chs": 4},
        {"module": "layer4", "reduction": 8, "num_chs": 6},
    )

    def forward_features(self, inputs: Tensor) -> Tensor:
        features: Tensor = self.relu(self.layer4(self.layer1(inputs)))
        return features

    def finish(self, last_map: Tensor) -> Tensor:
        return last_map.mean(dim=(2, 3))


class Transformer(TinyViT):
    num_classes = 0
    num_prefix_tokens = 1
    global_pool = "token"
    pretrained_cfg = CONFIG
    patch_embed = SimpleNamespace(grid_size=GRID)

    def forward_features(self, inputs: Tensor) -> Tensor:
        return self.forward(inputs)


def test_a_convolutional_model_is_read_at_its_last_map_and_exact() -> None:
    model = filled(Convolutional())
    target = from_timm(model, metric="cosine", name="mine")
    assert target.is_exact and (target.channels, target.shallow_channels) == (6, 6)
    assert target.map_size == GRID and (target.profile.name, target.metric) == ("mine", "cosine")
    profile = target.profile
    assert (profile.interpolation, profile.pixel_mean, profile.pixel_std) == (
        "bicubic", (0.5, 0.5, 0.5), (0.25, 0.25, 0.25),
    )  # fmt: skip
    assert model.training and not any(part._forward_hooks for part in model.modules())
    assert from_timm(model, input_size=(64, 32)).map_size == (8, 4)


@pytest.mark.parametrize(("pool", "block"), [("token", 0), ("avg", 1)])
def test_a_transformer_is_read_at_the_tokens_that_decide(pool: str, block: int) -> None:
    model = filled(Transformer())
    model.global_pool = pool
    target = from_timm(model)
    assert not target.is_exact and target.map_size == GRID and target.channels == 16
    inputs = images()
    last = target.read_maps(inputs).last
    tokens = []
    hook = model.blocks[block].register_forward_hook(lambda _, __, output: tokens.append(output))
    own = own_embedding(model, inputs)
    hook.remove()
    torch.testing.assert_close(last[:, :8].flatten(2), tokens[0][:, 1:].transpose(1, 2))
    torch.testing.assert_close(target.head.embed(last), own)


def test_other_models_are_told() -> None:
    with pytest.raises(CheckpointError, match="SmallNet is no timm model"):
        from_timm(SmallNet())
    classifier = Convolutional()
    classifier.num_classes = 1000
    with pytest.raises(CheckpointError, match="scores of 1000 classes.*num_classes=0"):
        from_timm(classifier)
    channels_last = Convolutional()
    channels_last.output_fmt = "NHWC"
    with pytest.raises(CheckpointError, match="channels last"):
        from_timm(channels_last)
    single = Transformer()
    single.blocks = nn.Sequential(single.blocks[0])
    with pytest.raises(CheckpointError, match="single block"):
        from_timm(single)
