"""Opening what other walks need: targets, interpreters, data sets."""

from __future__ import annotations

import os
from pathlib import Path

from attrimeter import interpreter as interpreters
from attrimeter import targets
from attrimeter.datasets import open_dataset
from attrimeter.errors import DatasetError, InterpreterError
from attrimeter.interpreter import Interpreter
from attrimeter.schemas import AttributeSchema, open_schema
from attrimeter.targets import Target
from attrimeter.values import PersonDataset


def open_target(
    path: str | os.PathLike[str],
    *,
    profile: str | None = None,
    metric: str | None = None,
    device: str = "cpu",
) -> Target:
    """A frozen target from its checkpoint; see :func:`attrimeter.targets.open_target`."""
    return targets.open_target(path, profile=profile, metric=metric, device=device)


def open_interpreter(folder: str | os.PathLike[str], target: Target | None = None) -> Interpreter:
    """A fitted interpreter beside its target.

    Args:
        folder: what ``attrimeter fit`` wrote.
        target: the target it was fitted on; None opens it from where it was at the time of fitting.

    Raises:
        InterpreterError: a broken folder, another target, or a target that has moved.
        CheckpointError: the target's file cannot be loaded.
    """
    if target is None:
        target = open_fitted_target(folder)
    return interpreters.open_interpreter(folder, target)


def open_fitted_target(
    folder: str | os.PathLike[str], *, path: str | os.PathLike[str] | None = None, device: str = "cpu"
) -> Target:
    """The target that an interpreter was fitted on, with the profile and metric of that time.

    Args:
        path: where the checkpoint is now, if it has moved.
    """
    facts = interpreters.read_description(folder).get("facts", {}).get("target", {})
    where = Path(path or facts.get("path") or "")
    if not where.is_file():
        raise InterpreterError(
            f"The interpreter in {folder} was fitted on the target file {where}, which is not there; "
            "say where it is now with --target."
        )
    return targets.open_target(where, profile=facts.get("profile"), metric=facts.get("metric"), device=device)


def open_labelled(
    root: str | os.PathLike[str],
    *,
    schema: str | AttributeSchema | None = None,
    layout: str | None = None,
    attributes: str | os.PathLike[str] | None = None,
    strict: bool,
) -> tuple[PersonDataset, AttributeSchema]:
    """A data set with attribute labels, and the schema that they follow.

    Args:
        schema: a schema, its name or its file; None takes the one that belongs to the layout.
        strict: whether a training identity that the attribute file misses is an error.

    Raises:
        DatasetError: no data set there, or no attribute labels.
        SchemaError: no such schema.
    """
    chosen = open_schema(schema) if isinstance(schema, str) else schema
    dataset = open_dataset(
        root, schema=chosen, layout=layout, attributes=attributes, strict_attributes=strict
    )
    if chosen is None and dataset.schema_name is not None:
        chosen = open_schema(dataset.schema_name)
    if chosen is None:
        raise DatasetError(
            f"{root} has no attribute labels. Give the attribute file with --attributes, or a schema whose "
            "attributes are columns of the CSV with --schema."
        )
    return dataset, chosen
