"""The interpreter: maps, attribute embeddings and the ledger of a pair."""

from attrimeter.interpreter.folder import open_interpreter, read_description, save_interpreter
from attrimeter.interpreter.forms import FORMS, Distilled, Exact, Form, find_form
from attrimeter.interpreter.interpreter import (
    TRUNKS,
    Interpreter,
    InterpreterSettings,
    build_interpreter,
    check_ledger,
    ledger_miss,
)
from attrimeter.interpreter.network import AttentionNetwork, NetworkOutput
from attrimeter.interpreter.reading import ImageReading, join_readings

__all__ = [
    "FORMS",
    "TRUNKS",
    "AttentionNetwork",
    "Distilled",
    "Exact",
    "Form",
    "ImageReading",
    "Interpreter",
    "InterpreterSettings",
    "NetworkOutput",
    "build_interpreter",
    "check_ledger",
    "find_form",
    "join_readings",
    "ledger_miss",
    "open_interpreter",
    "read_description",
    "save_interpreter",
]
