"""A user's own module, read by a hook at the layer that makes the last map."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d

from attrimeter.errors import CheckpointError
from attrimeter.targets.map_layouts import MapLayout, PlainMap, TokenGrid
from attrimeter.targets.modules.layer_taps import find_layer, reading, replacing
from attrimeter.targets.modules.output import OutputChoice, choose_embedding

INPUT = "input"
"""Name of the last map of a black box: the network's input itself, in patches."""

FINER = 2


class ModuleBody(nn.Module):
    """The maps and the embedding of a module, and the rest of the module from a given last map.

    Args:
        module: taken over, and put into evaluation mode.
        last_map: layer whose output is the last map, or :data:`INPUT`.
        layout: of that output.
        image_size: (height, width) of the input.
        shallow_map: layer whose output is the shallow map; None takes the input, averaged to twice the
            height and width of the last map.
        deep: from the output of ``shallow_map`` to that of ``last_map``, for an interpreter's own copy.
        head: from the output of ``last_map`` to the module's output, where that is quicker than the rest of
            the module on a blank image; None takes the latter.
        output: where in the module's output the embedding is.

    Raises:
        CheckpointError: no such layer, one that does not run, or one whose output is no map of the layout.
    """

    blank: Tensor

    def __init__(
        self,
        module: nn.Module,
        *,
        last_map: str,
        layout: MapLayout,
        image_size: tuple[int, int],
        shallow_map: str | None = None,
        deep: nn.Module | None = None,
        head: Callable[[Tensor], Any] | None = None,
        output: OutputChoice = None,
    ) -> None:
        super().__init__()
        self.module = module
        self.deep = deep
        self.layout = layout
        self._names = {"last_map": last_map, "shallow_map": shallow_map}
        self._head = head
        self._output = output
        self.blank_images = 1
        self.register_buffer("blank", torch.zeros(1, 3, *image_size), persistent=False)
        self.train(False)
        with torch.no_grad():
            shallow, last = self._look(self.blank)
            self._shallow_layout = (
                layout if shallow.ndim == 3 and isinstance(layout, TokenGrid) else PlainMap()
            )
            self.shallow_channels = int(self._shallow_layout.to_map(shallow).shape[1])
            self.channels = int(last.shape[1])

    @property
    def last_map(self) -> str | None:
        """Layer of the last map, or :data:`INPUT`."""
        return self._names["last_map"]

    @property
    def has_head(self) -> bool:
        """Whether the rest of the module was given as a function of its own."""
        return self._head is not None

    def train(self, mode: bool = True) -> ModuleBody:
        """Sets the mode of every part by itself: the method of a foreign module may do anything."""
        for part in self.modules():
            part.training = mode
        return self

    def read(
        self, images: Float[Tensor, "n 3 height width"]
    ) -> tuple[Float[Tensor, "n s hs ws"], Float[Tensor, "n c h w"]]:
        """The shallow and the last map, in one pass of the module."""
        shallow, last = self._look(images)
        return self._shallow_layout.to_map(shallow), last

    def embed(self, images: Float[Tensor, "n 3 height width"]) -> Float[Tensor, "n d"]:
        """The module's own embedding."""
        return choose_embedding(self.module(images), self._output)

    def finish(self, last_map: Float[Tensor, "n c h w"]) -> Float[Tensor, "n d"]:
        """The embedding that the rest of the module makes of a last map."""
        features = self.layout.from_map(last_map)
        if self._names["last_map"] == INPUT:
            return self.embed(features)
        if self._head is not None:
            return choose_embedding(self._head(features), self._output)
        blank = self.blank.expand(self.blank_images or len(last_map), -1, -1, -1)
        with replacing(self._layers()["last_map"], features):
            return self.embed(blank)

    def copy_deep_layers(self) -> nn.Module:
        """An independent, trainable copy of the layers between the two maps.

        Raises:
            CheckpointError: it was not said which these are.
        """
        if self.deep is None or self._names["shallow_map"] is None:
            raise CheckpointError(
                "An own trunk copies the layers between the shallow and the last map, and it was not said "
                "which these are in this module; give shallow_map= and deep= to Target.from_module, or fit "
                "with the frozen trunk."
            )
        return DeepLayers(self.deep, self._shallow_layout, self.layout).requires_grad_(True)

    def _look(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """What the layer of the shallow map gives, as it is, and the last map."""
        layers = self._layers()
        if layers:
            with reading(layers) as seen:
                self.module(images)
        else:
            seen = {}
        for option in layers:
            if option not in seen:
                raise CheckpointError(
                    f"The layer {self._names[option]!r} for {option} does not run when the module does; name "
                    "one that does."
                )
        last = self.layout.to_map(seen.get("last_map", images))
        averaged = (FINER * last.shape[2], FINER * last.shape[3])
        return seen.get("shallow_map", adaptive_avg_pool2d(images, averaged)), last

    def _layers(self) -> dict[str, nn.Module]:
        return {
            option: find_layer(self.module, name, option=option)
            for option, name in self._names.items()
            if name is not None and name != INPUT
        }


class DeepLayers(nn.Module):
    """A copy of the layers between the shallow and the last map, from map to map.

    Args:
        layers: are copied.
        shallow_layout, last_layout: of what they take and give.
    """

    def __init__(self, layers: nn.Module, shallow_layout: MapLayout, last_layout: MapLayout) -> None:
        super().__init__()
        self.layers = copy.deepcopy(layers)
        self._layouts = (shallow_layout, last_layout)

    def forward(self, shallow_map: Float[Tensor, "n s hs ws"]) -> Float[Tensor, "n c h w"]:
        """The last map."""
        before, after = self._layouts
        return after.to_map(self.layers(before.from_map(shallow_map)))
