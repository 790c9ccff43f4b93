from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from attrimeter.errors import DatasetError
from attrimeter.pixels import write_image
from attrimeter.targets import PROFILES, open_target
from attrimeter.values.made import TrainedTarget
from attrimeter.workflows.target_training import train_target

PROFILE = dataclasses.replace(PROFILES["demo"], name="tiny", image_size=(32, 16), width=8)
SETTINGS: dict[str, Any] = {"profile": PROFILE, "epochs": 1, "batch_images": 8, "images_per_identity": 2}


def test_a_folder_of_identities_becomes_a_target(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for identity in range(1, 5):
        for image in range(3):
            path = tmp_path / "data" / f"{identity:04d}" / f"{image}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            write_image(path, rng.integers(0, 256, (32, 16, 3), dtype=np.uint8))
    epochs: list[int] = []
    trained = train_target(
        tmp_path / "data",
        out=tmp_path / "out",
        **SETTINGS,
        report=lambda report: epochs.append(report.epoch),
    )
    assert trained == TrainedTarget(tmp_path / "out" / "target.safetensors", "tiny", "data", epochs=1)
    assert epochs == [1]
    assert open_target(trained.file).profile == PROFILE


def test_no_data_set_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DatasetError):
        train_target(tmp_path / "none", out=tmp_path / "out", **SETTINGS)
