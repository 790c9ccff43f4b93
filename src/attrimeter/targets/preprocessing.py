"""From images to the input of a network, exactly as its profile says."""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from attrimeter.errors import ImageError
from attrimeter.pixels import ImageSource, as_image, resize_image
from attrimeter.targets.profile import Profile


def prepare_images(sources: Sequence[ImageSource], profile: Profile) -> Float[Tensor, "batch 3 height width"]:
    """Read, resize and normalise images.

    Args:
        sources: paths, or uint8 arrays of shape H x W x 3 in RGB; may be empty.
        profile: the size, interpolation, and the mean and deviation of RGB in [0, 1].

    Returns:
        float32 on the CPU; of shape (0, 3, height, width) for no sources.

    Raises:
        ImageError: a file or array that is no usable image, or one image given in place of a list.
    """
    height, width = profile.image_size
    if isinstance(sources, (str, os.PathLike)) or (isinstance(sources, np.ndarray) and sources.ndim == 3):
        raise ImageError("A list of images is needed; put the single image into a list: [image].")
    pixels = np.empty((len(sources), height, width, 3), dtype=np.uint8)
    for row, source in enumerate(sources):
        pixels[row] = resize_image(
            as_image(source), size=profile.image_size, interpolation=profile.interpolation
        )
    return normalise_pixels(torch.from_numpy(pixels).permute(0, 3, 1, 2), profile)


def normalise_pixels(pixels: Tensor, profile: Profile) -> Float[Tensor, "batch 3 height width"]:
    """uint8 RGB of shape n x 3 x H x W as the network takes it: (pixels / 255 - mean) / deviation."""
    mean = torch.tensor(profile.pixel_mean, device=pixels.device).view(3, 1, 1)
    std = torch.tensor(profile.pixel_std, device=pixels.device).view(3, 1, 1)
    return pixels.float().contiguous().div_(255).sub_(mean).div_(std)
