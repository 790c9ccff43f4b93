from __future__ import annotations

from dataclasses import replace

import pytest

from attrimeter.errors import SettingsError
from attrimeter.targets import PROFILES
from attrimeter.targets.checkpoints.choices import NO_CHOICES, Choices

STRIDES = [0, 3, -1, 10**30, True, 1.0, "1", [1], float("nan")]
SIZES = [
    256, "256x128", (256,), (256, 128, 3), (15, 128), (256, 4097), (256.0, 128.0), (True, 128),
    ("256", "128"), (10**30, 128), {}, (float("nan"), 1), (-256, 128), [], {"h": 256},
]  # fmt: skip


@pytest.mark.parametrize("stride", STRIDES)
def test_no_last_stride(stride: object) -> None:
    with pytest.raises(SettingsError) as caught:
        Choices(last_stride=stride)  # type: ignore[arg-type]
    assert "from 1 to 2" in str(caught.value) and len(str(caught.value)) < 300


@pytest.mark.parametrize("size", SIZES)
def test_no_input_size(size: object) -> None:
    with pytest.raises(SettingsError) as caught:
        Choices(input_size=size)  # type: ignore[arg-type]
    assert "(256, 128)" in str(caught.value) and len(str(caught.value)) < 300


def test_what_is_chosen_goes_before_the_profile() -> None:
    profile = PROFILES["fastreid_bot_r50"]
    chosen = Choices(last_stride=2, input_size=(256, 256)).apply(profile)
    assert chosen == replace(profile, last_stride=2, image_size=(256, 256))
    assert NO_CHOICES.apply(profile) is profile or NO_CHOICES.apply(profile) == profile


def test_a_size_out_of_json_is_a_size() -> None:
    assert Choices(input_size=[384, 128]).input_size == (384, 128)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", PROFILES)
def test_a_last_stride_is_chosen_where_there_is_one(name: str) -> None:
    has_one = "osnet" not in name and PROFILES[name].has_last_stride
    assert Choices(last_stride=1).suit(PROFILES[name]) is has_one
    if not has_one:
        with pytest.raises(SettingsError, match=f"{name} .* has no last stride to choose"):
            Choices(last_stride=1).apply(PROFILES[name])
