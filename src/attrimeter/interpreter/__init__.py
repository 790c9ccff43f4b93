"""The interpreter: maps, attribute embeddings and the ledger of a pair."""

from attrimeter.interpreter.folder import open_interpreter, read_description, save_interpreter
from attrimeter.interpreter.forms.catalogue import DEFAULT_FORM, FORMS, find_form, name_forms
from attrimeter.interpreter.forms.form import TRUNKS, Form
from attrimeter.interpreter.interpreter import (
    Interpreter,
    InterpreterSettings,
    build_interpreter,
    check_ledger,
    ledger_miss,
)
from attrimeter.interpreter.reading import ImageReading, join_readings

__all__ = [
    "DEFAULT_FORM",
    "FORMS",
    "TRUNKS",
    "Form",
    "ImageReading",
    "Interpreter",
    "InterpreterSettings",
    "build_interpreter",
    "check_ledger",
    "find_form",
    "join_readings",
    "ledger_miss",
    "name_forms",
    "open_interpreter",
    "read_description",
    "save_interpreter",
]
