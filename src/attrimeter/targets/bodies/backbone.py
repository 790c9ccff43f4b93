"""A target's convolutional body, cut in two: shallow layers that are shared, deep layers that are copied."""

from __future__ import annotations

import copy
from collections.abc import Mapping

from jaxtyping import Float
from torch import Tensor, nn


class Backbone(nn.Module):
    """Named layers that run one after the other, cut before the layer ``deep_from``.

    The layers are registered under their own names, so that the names of the parameters are those of the
    model they come from ("conv1.weight", "layer3.0.conv1.weight").

    Args:
        layers: the layers by name, in order.
        deep_from: name of the first deep layer.
        shallow_channels: channels of the shallow map.
        channels: channels of the last map.
    """

    def __init__(
        self, layers: Mapping[str, nn.Module], *, deep_from: str, shallow_channels: int, channels: int
    ) -> None:
        super().__init__()
        self.shallow_channels = shallow_channels
        self.channels = channels
        for name, layer in layers.items():
            self.add_module(name, layer)
        names = list(layers)
        self._shallow_names = tuple(names[: names.index(deep_from)])
        self._deep_names = tuple(names[names.index(deep_from) :])

    def shallow(self, images: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch s hs ws"]:
        """The shallow map: the output of the last layer before the cut."""
        return self._run(self._shallow_names, images)

    def deep(self, shallow_map: Float[Tensor, "batch s hs ws"]) -> Float[Tensor, "batch c h w"]:
        """The last map, computed from the shallow map."""
        return self._run(self._deep_names, shallow_map)

    def forward(self, images: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch c h w"]:
        """The last map."""
        return self.deep(self.shallow(images))

    def copy_deep_layers(self) -> nn.Sequential:
        """An independent, trainable copy of the deep layers, from shallow map to last map."""
        copies = nn.Sequential()
        for name in self._deep_names:
            copies.add_module(name, copy.deepcopy(self.get_submodule(name)))
        return copies.requires_grad_(True)

    def _run(self, names: tuple[str, ...], features: Tensor) -> Tensor:
        for name in names:
            features = self.get_submodule(name)(features)
        return features
