"""All forms of interpreter, by name."""

from __future__ import annotations

from collections.abc import Callable

from attrimeter.errors import SettingsError
from attrimeter.interpreter.forms.counterfactual.form import Counterfactual
from attrimeter.interpreter.forms.form import Form
from attrimeter.interpreter.forms.map_form import Distilled, Exact

FORMS: dict[str, Form] = {form.name: form for form in (Counterfactual(), Exact(), Distilled())}
"""The forms by name, the default one first."""

DEFAULT_FORM = next(iter(FORMS))


def find_form(name: str) -> Form:
    """The form of that name. Raises SettingsError listing the known ones."""
    if name not in FORMS:
        raise SettingsError(f"There is no form {name!r}; choose from {', '.join(FORMS)}.")
    return FORMS[name]


def name_forms(wanted: Callable[[Form], bool]) -> str:
    """Those forms of which it holds, for a sentence: "the exact or the distilled form"."""
    names = " or ".join(f"the {form.name}" for form in FORMS.values() if wanted(form))
    return f"{names} form"
