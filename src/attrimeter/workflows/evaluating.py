"""Scoring a target and its interpreter on a data set."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from attrimeter.datasets.understanding import say_understood
from attrimeter.errors import InterpreterError
from attrimeter.evaluating.evaluation import evaluate_interpreter
from attrimeter.evaluating.reweighting import evaluate_reweighting
from attrimeter.interpreter import Interpreter
from attrimeter.progress import StepProgress, silent
from attrimeter.schemas import AttributeSchema
from attrimeter.targets import Target
from attrimeter.values import Evaluation, PersonDataset
from attrimeter.workflows.domains import open_for_interpreter
from attrimeter.workflows.opening import open_interpreter


def evaluate(
    interpreter: Interpreter | str | os.PathLike[str],
    data: PersonDataset | str | os.PathLike[str],
    *,
    target: Target | str | os.PathLike[str] | None = None,
    weights: str | os.PathLike[str] | None = None,
    schema: str | os.PathLike[str] | AttributeSchema | None = None,
    attributes: str | os.PathLike[str] | None = None,
    layout: str | None = None,
    cameras: Sequence[int] | None = None,
    reweight: bool = False,
    cache: str | os.PathLike[str] | None = None,
    device: str = "auto",
    progress: StepProgress | None = None,
) -> Evaluation:
    """Retrieval of the frozen target, and how the interpreter's components agree with the labels.

    The data may be others than those of the fit, and labelled by another schema: what both schemas have is
    compared, the rest counts as unknown.

    Args:
        interpreter: fitted: open, or its folder.
        data: a data set with queries and a gallery: open, or where it is.
        target, weights, device: as for :func:`attrimeter.open_interpreter`.
        schema, attributes, layout, cameras: as for :func:`attrimeter.open_dataset`; the schema is by default
            that of the layout or the interpreter's own.
        reweight: also rank the gallery with the same-person model of :func:`attrimeter.calibrate`.
        cache: folder of the map cache; None takes the user's own.
        progress: called with the name of every step, and how far it is.

    Returns:
        The scores with 95 % intervals over persons; ``reweighting`` is None unless it was asked for.

    Raises:
        InterpreterError: as :func:`attrimeter.open_interpreter`; or re-weighting without a same-person model.
        DatasetError: no queries or gallery that can be read and matched; or as
            :func:`attrimeter.open_dataset`.
    """
    opened = open_interpreter(interpreter, target, weights=weights, device=device)
    model = opened.same_person
    if reweight and model is None:
        folder = "DIR" if isinstance(interpreter, Interpreter) else interpreter
        raise InterpreterError(
            f"The interpreter in {folder} has no same-person model yet; make one on labelled training "
            f"persons with attrimeter calibrate {folder} DATA."
        )
    found = open_for_interpreter(
        data, opened, schema=schema, layout=layout, attributes=attributes, cameras=cameras, ranked=True
    )
    say_understood(found.dataset)
    steps = progress or silent
    evaluation = evaluate_interpreter(
        opened,
        found.dataset,
        cache=cache,
        notes=found.notes,
        unmapped=found.unmapped,
        progress=steps("evaluating"),
    )
    if not reweight or model is None:
        return evaluation
    reweighting = evaluate_reweighting(
        opened, found.dataset, model, cache=cache, progress=steps("re-ranking")
    )
    return replace(evaluation, reweighting=reweighting)
