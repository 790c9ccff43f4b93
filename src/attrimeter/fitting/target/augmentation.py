"""Random changes of training images: mirroring, shifting, erasing."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType

from torch import Tensor

from attrimeter.errors import SettingsError
from attrimeter.fitting.target.settings import TargetTrainingSettings

_ERASED_AREA = (0.02, 0.33)
_ERASED_ASPECT = (0.3, 3.3)


def build_augmentation(settings: TargetTrainingSettings) -> Callable[[Tensor], Tensor]:
    """What changes a batch of normalised images (n x 3 x H x W), each on its own, and keeps its shape.

    Padding and erased rectangles are 0, the mean colour. The random numbers are those of PyTorch's global
    generator on the CPU.

    Raises:
        SettingsError: kornia is not installed.
    """
    augmentation = import_extra("kornia.augmentation")
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


def import_extra(name: str) -> ModuleType:
    """A module that only training needs.

    Raises:
        SettingsError: it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        package = name.partition(".")[0].replace("_", "-")
        raise SettingsError(
            f"Training a target needs {package}, which is missing here; run: pip install 'attrimeter[train]'."
        ) from error
