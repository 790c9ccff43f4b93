"""From a data set to a trained target."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from attrimeter.datasets.understanding import say_understood
from attrimeter.errors import SettingsError
from attrimeter.fitting.target import training
from attrimeter.fitting.target.settings import TargetTrainingSettings
from attrimeter.fitting.target.training import TargetEpochReport
from attrimeter.storage.places import check_place
from attrimeter.targets import PROFILES, Profile
from attrimeter.values import PersonDataset
from attrimeter.values.made import TrainedTarget
from attrimeter.workflows.opening import open_dataset


def train_target(
    data: PersonDataset | str | os.PathLike[str],
    *,
    out: str | os.PathLike[str],
    profile: str | Profile = "demo",
    pooling: str | None = None,
    last_stride: int | None = None,
    neck: str | None = None,
    blind: str | None = None,
    epochs: int = 40,
    batch_images: int = 64,
    images_per_identity: int = 4,
    learning_rate: float = 1e-3,
    warm_up_epochs: int = 3,
    validation_share: float = 0.0,
    seed: int = 0,
    layout: str | None = None,
    device: str = "auto",
    resume: bool = False,
    report: Callable[[TargetEpochReport], None] | None = None,
) -> TrainedTarget:
    """Train a ReID model with the bag-of-tricks recipe, for those who have none.

    Args:
        data: a data set whose training part is used: open, or where it is; attribute labels are not needed.
        out: the folder for ``target.safetensors`` and the checkpoint.
        profile: "demo", "resnet18", "resnet34" or "resnet50", or a profile of one's own.
        pooling: "gap", "gem" or "max"; the profile's own if None.
        last_stride: 1 or 2; the profile's own if None.
        neck: "batchnorm" (BNNeck) or "none"; the profile's own if None.
        blind: what it never sees: "none", "head", "lower" or "hue".
        epochs: passes over the images.
        batch_images: images per step (P x K).
        images_per_identity: K, images of one identity in a step.
        learning_rate: the highest.
        warm_up_epochs: epochs in which the learning rate rises.
        validation_share: share of the identities that is held out and scored, in [0, 1).
        seed: of everything random.
        layout: as for :func:`attrimeter.open_dataset`.
        device: as for :func:`attrimeter.open_target`.
        resume: go on from the checkpoint in ``out``.
        report: called after each epoch.

    Returns:
        Where the target is; :func:`attrimeter.open_target` opens it.

    Raises:
        DatasetError: no data set there, or fewer than two identities to train on.
        SettingsError: no such profile, a choice that it does not have, or a number out of its range.
        ImageError, FitError, StorageError: as :func:`attrimeter.fitting.target.training.train_target`.
    """
    settings = TargetTrainingSettings(
        profile=_choose_profile(profile, pooling=pooling, last_stride=last_stride, neck=neck, blind=blind),
        epochs=epochs,
        batch_images=batch_images,
        images_per_identity=images_per_identity,
        learning_rate=learning_rate,
        warm_up_epochs=warm_up_epochs,
        validation_share=validation_share,
        seed=seed,
    )
    check_place(out)
    dataset = open_dataset(data, layout=layout)
    say_understood(dataset)
    file = training.train_target(
        dataset.train, settings=settings, out_dir=Path(out), device=device, resume=resume, report=report
    )
    return TrainedTarget(file, settings.profile.name, dataset.name, epochs)


def _choose_profile(profile: str | Profile, **choices: str | int | None) -> Profile:
    """The profile, or that of the name, with what was chosen in place of its own."""
    if not isinstance(profile, Profile):
        trainable = [one.name for one in PROFILES.values() if one.source == "attrimeter"]
        if profile not in trainable:
            raise SettingsError(
                f"The profile {profile!r} cannot be trained here; choose from {', '.join(trainable)}."
            )
        profile = PROFILES[profile]
    wanted: dict[str, Any] = {key: value for key, value in choices.items() if value is not None}
    return replace(profile, **wanted)
