"""How a target is trained."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from attrimeter.errors import SettingsError
from attrimeter.ranges import check_number, check_numbers
from attrimeter.targets import PROFILES, Profile


@dataclass(frozen=True)
class TargetTrainingSettings:
    """The "bag of tricks" recipe (Luo et al., CVPRW 2019), trained from scratch.

    Attributes:
        profile: the network, its input, its pooling and neck.
        epochs: passes over the training images, >= 1.
        warm_up_epochs: epochs in which the learning rate rises linearly, before it falls as a cosine.
        batch_images: images per step.
        images_per_identity: images of one identity that are put in a batch together, >= 2.
        learning_rate: the highest, of Adam.
        weight_decay: of Adam (added to the gradient).
        label_smoothing: of the identity loss, in [0, 1).
        triplet_margin: of the batch-hard triplet loss on the feature before the neck; 0 takes the soft
            margin log(1 + exp(d_positive - d_negative)).
        mirror_probability: of a left-right mirrored image.
        crop_padding: pixels by which an image is padded before it is cropped at random.
        erase_probability: of a rectangle (2 to 33 % of the image) set to the mean colour.
        validation_share: share of the identities that is held out and scored, in [0, 1).
        validation_interval: epochs between two scores; the last epoch is always scored.
        seed: of everything random.
    """

    profile: Profile = field(default_factory=lambda: PROFILES["demo"])
    epochs: int = 40
    warm_up_epochs: int = 3
    batch_images: int = 64
    images_per_identity: int = 4
    learning_rate: float = 1e-3
    weight_decay: float = 5e-4
    label_smoothing: float = 0.1
    triplet_margin: float = 0.3
    mirror_probability: float = 0.5
    crop_padding: int = 5
    erase_probability: float = 0.5
    validation_share: float = 0.0
    validation_interval: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        check_numbers(self)
        check_number("training_batch", self.batch_images, called="batch_images")
        check_number("training_images", self.images_per_identity, called="images_per_identity")
        if self.images_per_identity > self.batch_images:
            raise SettingsError(
                f"{self.images_per_identity} images of one identity do not fit into a batch of "
                f"{self.batch_images}; make the batch larger."
            )

    def learning_rate_at(self, progress: float) -> float:
        """The learning rate after ``progress`` epochs (a fraction counts the steps within one)."""
        if progress < self.warm_up_epochs:
            return self.learning_rate * max(progress, 0.01) / self.warm_up_epochs
        left = self.epochs - self.warm_up_epochs
        done = (progress - self.warm_up_epochs) / left if left > 0 else 1.0
        return self.learning_rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(done, 1.0))))
