"""A fresh interpreter for a target."""

from __future__ import annotations

from attrimeter.errors import LedgerError
from attrimeter.interpreter.counterfactual import CounterfactualInterpreter, build_network
from attrimeter.interpreter.forms import COUNTERFACTUAL, find_form
from attrimeter.interpreter.interpreter import Interpreter, InterpreterSettings, TargetLike
from attrimeter.interpreter.network import AttentionNetwork
from attrimeter.schemas import AttributeSchema


def build_interpreter(
    target: TargetLike, schema: AttributeSchema, settings: InterpreterSettings
) -> Interpreter:
    """A fresh interpreter for ``target``: random weights, and a copy of the deep layers if asked for.

    The counterfactual form reads the frozen maps only; the setting ``trunk`` is not looked at there.

    Raises:
        LedgerError: the exact form, for a target whose embedding is not known to be a sum over cells, or the
            distilled form, for one through which no gradient passes.
    """
    if settings.form == "exact" and not getattr(target, "is_exact", True):
        raise LedgerError(target.ledger_check.sentence)  # type: ignore[attr-defined]
    if settings.form == "distilled" and not target.passes_gradient:
        raise LedgerError(
            "No gradient passes through this target from its embedding to its last map, so that the "
            "distilled form cannot be fitted; fit the counterfactual form (--form counterfactual)."
        )
    if settings.form == COUNTERFACTUAL:
        network = build_network(
            channels=target.channels,
            shallow_channels=target.shallow_channels,
            size=target.embedding_size,
            schema=schema,
            hidden=settings.hidden,
        )
        return CounterfactualInterpreter(target, network.to(target.device), schema, settings)
    trunk = target.copy_deep_layers() if settings.trunk == "own" else None
    attributes = len(schema)
    attention = AttentionNetwork(
        channels=target.channels + (target.shallow_channels if trunk is None else 0),
        attributes=attributes,
        maps=attributes + int(find_form(settings.form).has_other),
        hidden=settings.hidden,
        trunk=trunk,
    )
    return Interpreter(target, attention.to(target.device), schema, settings)
