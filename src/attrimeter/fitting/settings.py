"""From what a user asks of a fit to the settings of its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from attrimeter.errors import SettingsError
from attrimeter.interpreter import TRUNKS
from attrimeter.interpreter.forms.fit_settings import EditFitSettings, FitSettings
from attrimeter.interpreter.forms.form import FROZEN, Form
from attrimeter.synthesis.scenes import STANDARD, find_scene

USUAL: Mapping[str, Any] = {"mirrored": True, "mark": False, "scene": STANDARD, "shuffled": False, "seed": 0}
"""What stands for "not asked for" besides None."""


def choose_settings(
    form: Form, *, trunk: str = FROZEN, settings: FitSettings | None = None, **asked: Any
) -> FitSettings:
    """The settings of a fit, with the form's own values where nothing else is asked for.

    Args:
        trunk: what the interpreter is to read; not a setting of the fit, but asked for beside them.
        settings: in place of the form's own.
        asked: fields of the settings by name; None, or what :data:`USUAL` has, asks for nothing.

    Raises:
        SettingsError: a number out of its range, no such scene, settings or an option of another form.
    """
    given = {name: value for name, value in asked.items() if value not in (None, USUAL.get(name))}
    find_scene(given.get("scene", STANDARD))
    usual = settings or form.fit
    if type(usual) is not type(form.fit):
        raise SettingsError(f"The {form.name} form is fitted on {form.fitted_on}; these are other settings.")
    options = list(given)
    if trunk in TRUNKS and trunk not in form.trunks:
        options.insert(0, "trunk")
    for name in options:
        if not hasattr(usual, name):
            raise SettingsError(f"--{name.replace('_', '-')} {_meaning(name, form)}, or leave it out.")
    return replace(usual, **given)


def _meaning(option: str, form: Form) -> str:
    """Why an option means nothing to a form, and what to do."""
    if hasattr(EditFitSettings, option):
        return f"is about rendered edits, which the {form.name} form is not fitted on; choose another --form"
    return f"is for other forms, and this is the {form.name} one; choose another --form"
