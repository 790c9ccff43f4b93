"""Random changes of training images: mirroring, shifting, erasing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from torch import Tensor

from attrimeter.extras import import_extra
from attrimeter.fitting.target.settings import TargetTrainingSettings

import_for_training = partial(import_extra, extra="train", purpose="Training a target")

_ERASED_AREA = (0.02, 0.33)
_ERASED_ASPECT = (0.3, 3.3)


def build_augmentation(settings: TargetTrainingSettings) -> Callable[[Tensor], Tensor]:
    """What changes a batch of normalised images (n x 3 x H x W), each on its own, and keeps its shape.

    Padding and erased rectangles are 0, the mean colour. The random numbers are those of PyTorch's global
    generator on the CPU.

    Raises:
        SettingsError: kornia is not installed.
    """
    augmentation = import_for_training("kornia.augmentation")
    steps = [augmentation.RandomHorizontalFlip(p=settings.mirror_probability)]
    if settings.crop_padding:
        size = settings.profile.image_size
        steps.append(augmentation.RandomCrop(size, padding=settings.crop_padding, cropping_mode="slice"))
    steps.append(
        augmentation.RandomErasing(
            scale=_ERASED_AREA, ratio=_ERASED_ASPECT, value=0.0, p=settings.erase_probability
        )
    )

    def augment(images: Tensor) -> Tensor:
        for step in steps:
            images = step(images)
        return images

    return augment
