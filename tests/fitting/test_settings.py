"""What is asked of a fit becomes the settings of its form; what means nothing to the form is told."""

from __future__ import annotations

from typing import Any

import pytest

from attrimeter.errors import SettingsError
from attrimeter.fitting.settings import USUAL, choose_settings
from attrimeter.interpreter import find_form
from attrimeter.interpreter.forms.fit_settings import EditFitSettings, FitSettings, ImageFitSettings

NOTHING: dict[str, Any] = {
    **USUAL, "pairs": None, "batch_images": None, "validation_share": None, "epochs": None,
    "learning_rate": None,
}  # fmt: skip


def settings_of(form: str, **changes: Any) -> FitSettings:
    return choose_settings(find_form(form), **{**NOTHING, **changes})


def test_each_form_has_its_own_settings() -> None:
    assert settings_of("counterfactual") == EditFitSettings()
    assert settings_of("exact") == settings_of("distilled") == ImageFitSettings()
    common = {"validation_share": 0.3, "mirrored": False, "seed": 2, "epochs": 3, "learning_rate": 0.5}
    edits = settings_of("counterfactual", **common, pairs=8, shuffled=True, scene="night")
    assert edits == EditFitSettings(pairs=8, shuffled=True, scene="night", **common)
    maps = settings_of("exact", **common, batch_images=4, trunk="own")
    assert maps == ImageFitSettings(batch_images=4, **common)


def test_whole_settings_stand_in_place_of_the_form_s_own() -> None:
    given = EditFitSettings(batch_families=3, mirrored=False, epochs=5, pairs=12)
    assert settings_of("counterfactual", settings=given, epochs=2) == EditFitSettings(
        batch_families=3, mirrored=False, epochs=2, pairs=12
    )
    with pytest.raises(SettingsError, match="exact form is fitted on labelled images; these are other"):
        settings_of("exact", settings=given)


@pytest.mark.parametrize(
    ("form", "change", "option"),
    [
        ("counterfactual", {"trunk": "own"}, "--trunk"),
        ("counterfactual", {"batch_images": 64}, "--batch-images"),
        ("exact", {"pairs": 60_000}, "--pairs"),
        ("distilled", {"mark": True}, "--mark"),
        ("exact", {"shuffled": True}, "--shuffled"),
        ("distilled", {"scene": "night"}, "--scene"),
    ],
)
def test_an_option_of_another_form_is_told(form: str, change: dict[str, Any], option: str) -> None:
    """It was passed over in silence."""
    with pytest.raises(SettingsError, match=f"^{option} is .*{form}"):
        settings_of(form, **change)


def test_what_is_out_of_its_range_is_told() -> None:
    for change, told in (({"epochs": 0}, "epochs must be"), ({"scene": "dusk"}, "no scene 'dusk'")):
        with pytest.raises(SettingsError, match=told):
            settings_of("counterfactual", **change)
