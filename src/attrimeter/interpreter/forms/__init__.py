"""The forms of interpreter: how a distance is split by attribute, and what others ask of a form."""

from attrimeter.interpreter.forms.catalogue import DEFAULT_FORM, FORMS, find_form
from attrimeter.interpreter.forms.form import Form, HeadLike

__all__ = ["DEFAULT_FORM", "FORMS", "Form", "HeadLike", "find_form"]
