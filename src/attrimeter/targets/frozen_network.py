"""A frozen network that is fed with pictures: from them to maps, and from maps to embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.backends import cudnn

from attrimeter.arrays import Array
from attrimeter.errors import CheckpointError, ImageError
from attrimeter.evaluation_mode import evaluation_mode
from attrimeter.pixels import ImageSource
from attrimeter.targets.devices import full_precision
from attrimeter.targets.heads.head import Head
from attrimeter.targets.modules.body import ModuleBody
from attrimeter.targets.modules.network import ModuleNetwork
from attrimeter.targets.network import Network
from attrimeter.targets.preprocessing import prepare_images
from attrimeter.targets.probe_images import natural_pictures
from attrimeter.targets.profile import Profile
from attrimeter.values.metric import Metric


class Maps(NamedTuple):
    """What the body of a target makes of images.

    Attributes:
        shallow: the map that an interpreter's own deep layers start from.
        last: the map that the head pools.
    """

    shallow: Float[Tensor, "batch s hs ws"]
    last: Float[Tensor, "batch c h w"]


class FrozenNetwork:
    """It is read, and never changed.

    Args:
        network: body and head; taken over, frozen and put into evaluation mode.
        profile: how the network is fed.
        metric: a name of a :class:`Metric`; must be the one that the network's head was built for.
        device: where the network runs.
    """

    def __init__(
        self, network: Network | ModuleNetwork, profile: Profile, *, metric: str, device: torch.device
    ) -> None:
        self.profile = profile
        self.metric = Metric.named(metric)
        self.device = device
        self._network: Network | ModuleNetwork = network.to(device).requires_grad_(False).eval()

    @property
    def backbone(self) -> nn.Module:
        """The body."""
        return self._network.backbone

    @property
    def head(self) -> Head:
        """From the last map to the embedding."""
        return self._network.head

    @property
    def channels(self) -> int:
        """Channels of the last map."""
        return self._network.backbone.channels

    @property
    def shallow_channels(self) -> int:
        """Channels of the shallow map."""
        return self._network.backbone.shallow_channels

    @cached_property
    def map_size(self) -> tuple[int, int]:
        """Height and width of the last map, in cells."""
        height, width = self.probe.last.shape[2:]
        return int(height), int(width)

    @cached_property
    def embedding_size(self) -> int:
        """Numbers in an embedding."""
        return int(self.head.embed(self.probe.last).shape[1])

    @cached_property
    def probe(self) -> Maps:
        """What the body makes of a fixed picture of the target's own size, which is not resized.

        On a graphics card, too, it is computed in float32 and not in TF32.
        """
        with cudnn.flags(enabled=True, deterministic=True, allow_tf32=False):
            return self.read_maps(self.preprocess([*natural_pictures(1, self.profile.image_size)]))

    def preprocess(self, sources: Sequence[ImageSource]) -> Float[Tensor, "batch 3 height width"]:
        """The network's input, float32 on the CPU, for paths or uint8 arrays of shape H x W x 3 (RGB).

        Raises:
            ImageError: a file or array that is no usable image, or one image given in place of a list.
        """
        return prepare_images(sources, self.profile)

    def read_maps(self, inputs: Float[Tensor, "batch 3 height width"]) -> Maps:
        """The shallow and the last map of preprocessed images, on the target's device, without gradient.

        Raises:
            ImageError: ``inputs`` does not have the shape that :meth:`preprocess` gives.
        """
        if inputs.ndim != 4 or inputs.shape[1:] != (3, *self.profile.image_size):
            height, width = self.profile.image_size
            raise ImageError(
                f"The target {self.profile.name} needs inputs of shape n x 3 x {height} x {width}; got "
                f"{' x '.join(map(str, inputs.shape))}. Make them with its preprocess method."
            )
        with torch.no_grad():
            return self.trace_maps(inputs)

    def trace_maps(self, inputs: Float[Tensor, "batch 3 height width"]) -> Maps:
        """The same of inputs that are right, with a gradient to them; that of a black box has none."""
        with evaluation_mode(self._network), full_precision():
            body = self._network.backbone
            if isinstance(body, ModuleBody):
                shallow, last = body.read(inputs.to(self.device))
            else:
                # Channels last in memory: about twice as fast on a CPU.
                shallow = body.shallow(inputs.to(self.device, memory_format=torch.channels_last))
                last = body.deep(shallow)
            return Maps(shallow.contiguous(), last.contiguous())

    def embed_images(
        self, sources: Sequence[ImageSource], *, batch_size: int = 64
    ) -> Float[Array, "images d"]:
        """The embeddings of images, float32; of shape (0, embedding_size) for no images.

        Raises:
            ImageError: as :meth:`preprocess`.
            CheckpointError: an embedding is not finite.
        """
        embeddings = np.empty((len(sources), self.embedding_size), dtype=np.float32)
        for start in range(0, len(sources), batch_size):
            rows = slice(start, start + batch_size)
            last_map = self.read_maps(self.preprocess(sources[rows])).last
            embeddings[rows] = self.embed(last_map).cpu().numpy()
        return embeddings

    @torch.no_grad()
    def embed(self, last_map: Float[Tensor, "batch c h w"]) -> Float[Tensor, "batch d"]:
        """The embeddings that the head makes of last maps, without gradient.

        Raises:
            CheckpointError: one is not finite.
        """
        with full_precision():
            embeddings = self.head.embed(last_map)
        if not bool(embeddings.isfinite().all()):
            raise CheckpointError(
                f"The target {self.profile.name} gives embeddings that are not finite: its weights are "
                "damaged or too large for float32; give another checkpoint."
            )
        return embeddings
