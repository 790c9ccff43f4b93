"""What models rely on over a data set, and where they fail: one model, or two side by side."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attrimeter.auditing.audit import AuditSettings, audit_model
from attrimeter.auditing.comparison import Contestant, compare_models
from attrimeter.caching.map_cache import target_of
from attrimeter.datasets.understanding import say_understood
from attrimeter.interpreter import Interpreter
from attrimeter.progress import StepProgress, silent
from attrimeter.schemas import AttributeSchema
from attrimeter.targets import Target
from attrimeter.values import PersonDataset
from attrimeter.values.audit import Audit
from attrimeter.values.comparison import Comparison
from attrimeter.workflows.domains import open_for_interpreter
from attrimeter.workflows.opening import open_interpreter


def audit(
    interpreter: Interpreter | str | os.PathLike[str],
    data: PersonDataset | str | os.PathLike[str],
    *,
    target: Target | str | os.PathLike[str] | None = None,
    weights: str | os.PathLike[str] | None = None,
    schema: str | os.PathLike[str] | AttributeSchema | None = None,
    attributes: str | os.PathLike[str] | None = None,
    layout: str | None = None,
    cameras: Sequence[int] | None = None,
    candidates: int = 400,
    seed: int = 0,
    cache: str | os.PathLike[str] | None = None,
    device: str = "auto",
    progress: StepProgress | None = None,
) -> Audit:
    """What a model relies on, which wrong matches share an explanation, and for whom it works less well.

    Args:
        interpreter: fitted: open, or its folder.
        data: a data set with queries and a gallery, labelled or not: open, or where it is.
        target, weights, device: as for :func:`attrimeter.open_interpreter`.
        schema, attributes, layout, cameras: as for :func:`attrimeter.open_dataset`; the schema is by default
            that of the layout or the interpreter's own.
        candidates: gallery images that the contributions of each query are read against, drawn by chance;
            retrieval, wrong matches and cameras are those of the whole gallery.
        seed: of the gallery images that are drawn.
        cache: folder of the map cache; None takes the user's own.
        progress: called with the name of every step, and how far it is.

    Returns:
        Findings in words, and the numbers behind them with 95 % intervals over persons.

    Raises:
        InterpreterError: as :func:`attrimeter.open_interpreter`.
        DatasetError: no queries or gallery; or as :func:`attrimeter.open_dataset`.
        SettingsError: a number out of its range.
    """
    settings = AuditSettings(candidates=candidates, seed=seed)
    opened = open_interpreter(interpreter, target, weights=weights, device=device)
    found = open_for_interpreter(
        data, opened, schema=schema, layout=layout, attributes=attributes, cameras=cameras, ranked=True
    )
    say_understood(found.dataset)
    return audit_model(
        opened,
        found.dataset,
        settings=settings,
        notes=found.notes,
        cache=cache,
        progress=(progress or silent)("auditing"),
    )


def compare(
    first: Interpreter | str | os.PathLike[str],
    second: Interpreter | str | os.PathLike[str],
    data: PersonDataset | str | os.PathLike[str],
    *,
    first_target: Target | str | os.PathLike[str] | None = None,
    second_target: Target | str | os.PathLike[str] | None = None,
    schema: str | os.PathLike[str] | AttributeSchema | None = None,
    attributes: str | os.PathLike[str] | None = None,
    layout: str | None = None,
    cameras: Sequence[int] | None = None,
    candidates: int = 400,
    seed: int = 0,
    cache: str | os.PathLike[str] | None = None,
    device: str = "auto",
    progress: StepProgress | None = None,
) -> Comparison:
    """What two models rely on, which queries one of them alone answers correctly, and why.

    Args:
        first, second: the interpreters of the two models: open, or their folders. A folder goes by its name,
            and what is open by the profile of its target; where that is the same, also by the place.
        data: a data set with queries and a gallery, labelled or not: open, or where it is.
        first_target, second_target: where the targets are if they have moved, as for
            :func:`attrimeter.open_interpreter`.
        schema, attributes, layout, cameras: as for :func:`attrimeter.open_dataset`; the schema is by default
            that of the layout or each interpreter's own.
        candidates, seed, cache, device, progress: as for :func:`attrimeter.audit`.

    Returns:
        The audits of both, and what differs between them with 95 % intervals over persons.

    Raises:
        InterpreterError, DatasetError, SettingsError: as :func:`attrimeter.audit`.
    """
    settings = AuditSettings(candidates=candidates, seed=seed)
    how: dict[str, Any] = {"schema": schema, "layout": layout, "attributes": attributes, "cameras": cameras}
    pairs = ((first, first_target), (second, second_target))
    opened = [open_interpreter(interpreter, moved, device=device) for interpreter, moved in pairs]
    sides = []
    for name, each in zip(_distinct_names((first, second), opened), opened, strict=True):
        found = open_for_interpreter(data, each, ranked=True, **how)
        sides.append(Contestant(name, each, found.dataset, found.notes))
    say_understood(sides[0].data)
    bars = [(progress or silent)(f"reading {side.name}") for side in sides]
    return compare_models(*sides, settings=settings, cache=cache, progress=bars)


def _distinct_names(
    given: Sequence[Interpreter | str | os.PathLike[str]], opened: Sequence[Interpreter]
) -> list[str]:
    """What the two models are called: by folder, or by target where the interpreter was open already."""
    names = [
        target_of(each).profile.name if isinstance(source, Interpreter) else Path(source).resolve().name
        for source, each in zip(given, opened, strict=True)
    ]
    if names[0] != names[1]:
        return names
    return [f"{name} ({place})" for name, place in zip(names, ("first", "second"), strict=True)]
