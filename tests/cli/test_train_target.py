"""Training a target by command, with its choices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from attrimeter.targets import open_target


def test_a_target_is_trained_and_can_be_fitted_on(call: Any, rendered_set: Path, tmp_path: Path) -> None:
    words = ("train-target", rendered_set, "--out", tmp_path, "--epochs", 1, "--batch-images", 8)
    answer = call(
        *words, "--pooling", "gem", "--last-stride", 2, "--validation-share", 0.3, "--blind", "lower"
    )
    assert answer.code == 0, answer.err
    assert "epoch  1/1" in answer.err and "mAP" in answer.err and "attrimeter fit" in answer.out
    profile = open_target(tmp_path / "target.safetensors").profile
    assert (profile.pooling, profile.last_stride, profile.blind) == ("gem", 2, "lower")


@pytest.mark.parametrize(
    ("option", "value", "named"),
    [
        ("--profile", "osnet_x0_25", "resnet18"),
        ("--pooling", "median", "gem"),
        ("--last-stride", 3, "last_stride"),
        ("--blind", "feet", "hue"),
        ("--epochs", 0, "epochs"),
    ],
)
def test_choices_that_cannot_be_are_told(
    call: Any, rendered_set: Path, tmp_path: Path, option: str, value: object, named: str
) -> None:
    answer = call("train-target", rendered_set, "--out", tmp_path, option, value)
    assert answer.code == 2 and named in answer.err and "Traceback" not in answer.err
