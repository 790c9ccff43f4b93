"""A fresh interpreter for a target."""

from __future__ import annotations

from contextlib import nullcontext

import torch

from attrimeter.errors import LedgerError
from attrimeter.interpreter.forms.form import OWN
from attrimeter.interpreter.interpreter import Interpreter, InterpreterSettings, TargetLike
from attrimeter.schemas import AttributeSchema


def build_interpreter(
    target: TargetLike, schema: AttributeSchema, settings: InterpreterSettings, *, empty: bool = False
) -> Interpreter:
    """A fresh interpreter for ``target``: random weights, and a copy of the deep layers if asked for.

    Args:
        empty: with weights that have shapes but no values and take no memory, to be replaced by
            ``load_state_dict(..., assign=True)``.

    Raises:
        LedgerError: the exact form, for a target whose embedding is not known to be a sum over cells, or the
            distilled form, for one through which no gradient passes.
    """
    form = settings.find_form()
    if form.needs_exact_head and not getattr(target, "is_exact", True):
        raise LedgerError(target.ledger_check.sentence)  # type: ignore[attr-defined]
    if form.needs_gradient and not target.passes_gradient:
        raise LedgerError(
            "No gradient passes through this target from its embedding to its last map, so that the "
            f"{form.name} form cannot be fitted; fit the counterfactual form (--form counterfactual)."
        )
    sizes = {
        "channels": target.channels,
        "shallow_channels": target.shallow_channels,
        "size": target.embedding_size,
    }
    trunk = target.copy_deep_layers() if settings.trunk == OWN else None
    with torch.device("meta") if empty else nullcontext():
        network = form.build_network(schema, **sizes, hidden=settings.hidden or form.hidden, trunk=trunk)
    return Interpreter(target, network if empty else network.to(target.device), schema, settings)
