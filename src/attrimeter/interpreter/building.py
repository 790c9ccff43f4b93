"""A fresh interpreter for a target."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

import torch
from torch import nn

from attrimeter.errors import LedgerError
from attrimeter.interpreter.counterfactual import CounterfactualInterpreter, build_network
from attrimeter.interpreter.forms import COUNTERFACTUAL, find_form
from attrimeter.interpreter.interpreter import Interpreter, InterpreterSettings, TargetLike
from attrimeter.interpreter.network import AttentionNetwork
from attrimeter.schemas import AttributeSchema

Network = TypeVar("Network", bound=nn.Module)


def build_interpreter(
    target: TargetLike, schema: AttributeSchema, settings: InterpreterSettings, *, empty: bool = False
) -> Interpreter:
    """A fresh interpreter for ``target``: random weights, and a copy of the deep layers if asked for.

    The counterfactual form reads the frozen maps only; the setting ``trunk`` is not looked at there.

    Args:
        empty: with weights that have shapes but no values and take no memory, to be replaced by
            ``load_state_dict(..., assign=True)``.

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
    sizes = (target.channels, target.shallow_channels, target.embedding_size)
    if settings.form == COUNTERFACTUAL:
        with _without_values(empty):
            network = build_network(
                channels=sizes[0],
                shallow_channels=sizes[1],
                size=sizes[2],
                schema=schema,
                hidden=settings.hidden,
            )
        return CounterfactualInterpreter(target, _at(target, network, empty), schema, settings)
    trunk = target.copy_deep_layers() if settings.trunk == "own" else None
    with _without_values(empty):
        attention = AttentionNetwork(
            channels=sizes[0] + (sizes[1] if trunk is None else 0),
            attributes=len(schema),
            maps=len(schema) + int(find_form(settings.form).has_other),
            hidden=settings.hidden,
            trunk=trunk,
        )
    return Interpreter(target, _at(target, attention, empty), schema, settings)


def _without_values(empty: bool) -> AbstractContextManager[Any]:
    return torch.device("meta") if empty else nullcontext()


def _at(target: TargetLike, network: Network, empty: bool) -> Network:
    return network if empty else network.to(target.device)
