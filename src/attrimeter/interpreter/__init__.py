"""The interpreter: maps, attribute embeddings and the ledger of a pair."""

from attrimeter.interpreter.building import build_interpreter
from attrimeter.interpreter.counterfactual import CounterfactualInterpreter, CounterfactualNetwork
from attrimeter.interpreter.folder import open_interpreter, read_description, save_interpreter
from attrimeter.interpreter.forms import COUNTERFACTUAL, FORMS, Distilled, Exact, Form, find_form
from attrimeter.interpreter.interpreter import (
    FORM_NAMES,
    TRUNKS,
    Interpreter,
    InterpreterSettings,
    check_ledger,
    ledger_miss,
)
from attrimeter.interpreter.network import AttentionNetwork, NetworkOutput
from attrimeter.interpreter.reading import ImageReading, join_readings

__all__ = [
    "COUNTERFACTUAL",
    "FORMS",
    "FORM_NAMES",
    "TRUNKS",
    "AttentionNetwork",
    "CounterfactualInterpreter",
    "CounterfactualNetwork",
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
