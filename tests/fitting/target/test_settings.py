from __future__ import annotations

import dataclasses

import pytest

from attrimeter.errors import SettingsError
from attrimeter.fitting.target.settings import TargetTrainingSettings


@pytest.mark.parametrize(
    "change",
    [
        {"epochs": 0},
        {"images_per_identity": 1},
        {"batch_images": 3},
        {"learning_rate": 0.0},
        {"learning_rate": float("nan")},
        {"label_smoothing": 1.0},
        {"validation_share": 1.0},
        {"triplet_margin": -0.1},
        {"erase_probability": 1.1},
        {"crop_padding": -1},
        {"validation_interval": 0},
    ],
)
def test_values_out_of_range_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match=next(iter(change))):
        dataclasses.replace(TargetTrainingSettings(), **change)


def test_learning_rate_rises_linearly_and_falls_as_a_cosine() -> None:
    settings = TargetTrainingSettings(epochs=12, warm_up_epochs=2, learning_rate=1.0)
    assert settings.learning_rate_at(1.0) == pytest.approx(0.5)
    assert settings.learning_rate_at(2.0) == pytest.approx(1.0)
    assert settings.learning_rate_at(7.0) == pytest.approx(0.505)
    assert settings.learning_rate_at(12.0) == pytest.approx(0.01)
    rates = [settings.learning_rate_at(step / 4) for step in range(8, 48)]
    assert rates == sorted(rates, reverse=True)
    assert settings.learning_rate_at(0.0) > 0


def test_warm_up_may_fill_the_whole_run() -> None:
    settings = TargetTrainingSettings(epochs=2, warm_up_epochs=2, learning_rate=1.0)
    assert settings.learning_rate_at(1.5) == pytest.approx(0.75)
    no_warm_up = TargetTrainingSettings(epochs=2, warm_up_epochs=0, learning_rate=1.0)
    assert no_warm_up.learning_rate_at(0.0) == pytest.approx(1.0)
