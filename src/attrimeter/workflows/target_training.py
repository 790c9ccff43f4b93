"""From a data set to a trained target."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from attrimeter.datasets import open_dataset
from attrimeter.datasets.understanding import say_understood
from attrimeter.fitting.target import training as target_training
from attrimeter.fitting.target.settings import TargetTrainingSettings
from attrimeter.fitting.target.training import TargetEpochReport
from attrimeter.storage.places import check_place


def train_target(
    data: str | os.PathLike[str],
    *,
    out: str | os.PathLike[str],
    settings: TargetTrainingSettings | None = None,
    layout: str | None = None,
    device: str = "cpu",
    resume: bool = False,
    report: Callable[[TargetEpochReport], None] | None = None,
) -> Path:
    """Train a target on the training part of a data set; see :func:`attrimeter.fitting.target.training`.

    Args:
        data: the root of a data set; attribute labels are not needed.
        out: the folder for ``target.safetensors`` and ``checkpoint.pt``.
        layout: None recognises it from the root.
        resume: go on from the checkpoint in ``out``.
        report: called after each epoch.

    Returns:
        The path of ``target.safetensors``.

    Raises:
        DatasetError: no data set there, or fewer than two identities to train on.
        SettingsError, ImageError, FitError, StorageError: as
            :func:`attrimeter.fitting.target.training.train_target`.
    """
    check_place(out)
    dataset = open_dataset(data, layout=layout)
    say_understood(dataset)
    return target_training.train_target(
        dataset.train, settings=settings, out_dir=Path(out), device=device, resume=resume, report=report
    )
