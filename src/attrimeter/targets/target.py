"""The target: a frozen ReID model whose distances are to be explained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from attrimeter.errors import ImageError
from attrimeter.pixels import ImageSource
from attrimeter.targets.fingerprints import fingerprint_of
from attrimeter.targets.heads import Head
from attrimeter.targets.network import Network, weights_of
from attrimeter.targets.preprocessing import prepare_images
from attrimeter.targets.profile import Profile, map_fields, profile_to_dict

Array = np.ndarray[Any, np.dtype[Any]]


class Maps(NamedTuple):
    """What the body of a target makes of images.

    Attributes:
        shallow: the map that an interpreter's own deep layers start from.
        last: the map that the head pools.
    """

    shallow: Float[Tensor, "batch s hs ws"]
    last: Float[Tensor, "batch c h w"]


class Target:
    """A frozen ReID model: it is read, and never changed.

    In every case two images are compared by the Euclidean distance of their embeddings; for the metric
    "cosine" the embeddings have length one, and the cosine distance is half the square of that distance.

    Args:
        network: body and head; taken over, frozen and put into evaluation mode.
        profile: how the network is fed.
        metric: "euclidean" or "cosine"; must be the one that the network's head was built for.
        device: where the network runs.
    """

    def __init__(self, network: Network, profile: Profile, *, metric: str, device: torch.device) -> None:
        self.profile = profile
        self.metric = metric
        self.device = device
        self._network = network.to(device).requires_grad_(False).eval()

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
        height, width = self._probe.last.shape[2:]
        return int(height), int(width)

    @cached_property
    def embedding_size(self) -> int:
        """Numbers in an embedding."""
        return int(self.head.embed(self._probe.last).shape[1])

    @cached_property
    def fingerprint(self) -> str:
        """64 hexadecimal digits that stand for the weights, the profile and the metric."""
        fields = {"profile": profile_to_dict(self.profile), "metric": self.metric}
        return fingerprint_of(weights_of(self._network), fields)

    @cached_property
    def maps_fingerprint(self) -> str:
        """The same for the maps alone: the weights of the body and the preprocessing."""
        return fingerprint_of(weights_of(self._network.backbone), map_fields(self.profile))

    def weights(self) -> dict[str, Tensor]:
        """A copy of the network's tensors on the CPU, by name."""
        return {name: tensor.detach().cpu().clone() for name, tensor in weights_of(self._network).items()}

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
        with torch.no_grad(), _in_evaluation_mode(self._network):
            # Channels last in memory: about twice as fast on a CPU.
            images = inputs.to(self.device, memory_format=torch.channels_last)
            shallow = self._network.backbone.shallow(images)
            last = self._network.backbone.deep(shallow)
            return Maps(shallow.contiguous(), last.contiguous())

    def embed_images(
        self, sources: Sequence[ImageSource], *, batch_size: int = 64
    ) -> Float[Array, "images d"]:
        """The embeddings of images, float32; of shape (0, embedding_size) for no images.

        Raises:
            ImageError: as :meth:`preprocess`.
        """
        embeddings = np.empty((len(sources), self.embedding_size), dtype=np.float32)
        for start in range(0, len(sources), batch_size):
            rows = slice(start, start + batch_size)
            last_map = self.read_maps(self.preprocess(sources[rows])).last
            embeddings[rows] = self.head.embed(last_map).cpu().numpy()
        return embeddings

    def copy_deep_layers(self) -> nn.Sequential:
        """An independent, trainable copy of the deep layers, from the shallow map to the last map.

        It is in training mode; its BatchNorm layers follow the usual ``train()`` and ``eval()``.
        """
        return self._network.backbone.copy_deep_layers().train()

    @cached_property
    def _probe(self) -> Maps:
        return self.read_maps(torch.zeros(1, 3, *self.profile.image_size))


@contextmanager
def _in_evaluation_mode(network: nn.Module) -> Iterator[None]:
    """Run in evaluation mode; afterwards every module has the mode that it had before."""
    in_training = [module for module in network.modules() if module.training]
    try:
        for module in in_training:
            module.training = False
        yield
    finally:
        for module in in_training:
            module.training = True
