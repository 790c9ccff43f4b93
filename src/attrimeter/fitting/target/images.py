"""The images that a target is trained on: decoded once, at the size of its input."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Int, UInt8
from torch import Tensor

from attrimeter.arrays import Array
from attrimeter.errors import DatasetError
from attrimeter.pixels import read_image, resize_image
from attrimeter.storage.disk_space import announce
from attrimeter.targets import Profile
from attrimeter.targets.preprocessing import hide_unseen, normalise_pixels
from attrimeter.values import ImageSet

_LARGEST_IN_MEMORY = 2 * 1024**3


@dataclass(frozen=True)
class TrainingImages:
    """Decoded images of persons, without distractors.

    Attributes:
        pixels: uint8 RGB at the size of the network's input; in a memory-mapped file where they are many.
        identities, cameras: as in the image set.
    """

    pixels: UInt8[Array, "images height width 3"]
    identities: Int[Array, " images"]
    cameras: Int[Array, " images"]

    def batch(
        self, rows: Array, profile: Profile, *, augment: Callable[[Tensor], Tensor] | None = None
    ) -> Float[Tensor, "batch 3 height width"]:
        """The images at ``rows`` as the network is fed: normalised, ``augment`` done, the unseen hidden."""
        images = normalise_pixels(torch.from_numpy(self.pixels[rows]).permute(0, 3, 1, 2), profile)
        return hide_unseen(images if augment is None else augment(images), profile)

    def digest(self) -> str:
        """SHA-256 of everything."""
        digest = hashlib.sha256(repr(self.pixels.shape).encode())
        for image in self.pixels:
            digest.update(image)
        digest.update(self.identities.astype(np.int64).tobytes())
        digest.update(self.cameras.astype(np.int64).tobytes())
        return digest.hexdigest()


def load_training_images(images: ImageSet, profile: Profile, *, scratch: Path) -> TrainingImages:
    """Decode the images of an image set; distractors and junk (identity 0 and below) are left out.

    Args:
        scratch: an existing folder, in which more than 2 GiB of pixels are kept until the process ends.

    Raises:
        DatasetError: fewer than two identities.
        ImageError: a file that is no usable image.
    """
    chosen = images.take(images.identities > 0)
    if len(np.unique(chosen.identities)) < 2:
        raise DatasetError(
            f"Training a target needs images of at least two identities; got {len(chosen)} images of "
            f"{len(np.unique(chosen.identities))}."
        )
    shape = (len(chosen), *profile.image_size, 3)
    pixels: Array
    if int(np.prod(shape, dtype=np.int64)) > _LARGEST_IN_MEMORY:
        announce(
            f"The pixels of {len(chosen):,} images",
            scratch,
            float(np.prod(shape, dtype=np.int64)),
            smaller="train on fewer images",
        )
        with tempfile.TemporaryFile(dir=scratch) as stream:
            pixels = np.memmap(stream, dtype=np.uint8, mode="w+", shape=shape)
    else:
        pixels = np.empty(shape, dtype=np.uint8)
    for row, path in enumerate(chosen.paths):
        pixels[row] = resize_image(
            read_image(path), size=profile.image_size, interpolation=profile.interpolation
        )
    return TrainingImages(pixels, chosen.identities, chosen.cameras)
