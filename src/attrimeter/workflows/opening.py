"""Opening what other walks need: targets, interpreters, data sets."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attrimeter import interpreter as interpreters
from attrimeter import targets
from attrimeter.datasets import open_dataset
from attrimeter.datasets.cameras import only_cameras
from attrimeter.errors import DatasetError, InterpreterError, SettingsError
from attrimeter.interpreter import Interpreter
from attrimeter.interpreter.same_person_file import find_same_person
from attrimeter.schemas import AttributeSchema, open_schema
from attrimeter.storage import path_to_text, text_to_path
from attrimeter.targets import Target
from attrimeter.targets.own_code import build_target, is_builder
from attrimeter.values import PersonDataset


def open_target(
    path: str | os.PathLike[str],
    *,
    profile: str | None = None,
    metric: str | None = None,
    last_stride: int | None = None,
    input_size: tuple[int, int] | None = None,
    device: str = "cpu",
) -> Target:
    """A frozen target from its checkpoint; see :func:`attrimeter.targets.open_target`."""
    return targets.open_target(
        path, profile=profile, metric=metric, last_stride=last_stride, input_size=input_size, device=device
    )


def open_or_build_target(
    named: str | os.PathLike[str],
    *,
    weights: str | os.PathLike[str] | None = None,
    profile: str | None = None,
    metric: str | None = None,
    last_stride: int | None = None,
    input_size: tuple[int, int] | None = None,
    device: str = "cpu",
) -> Target:
    """The target that a user names: a checkpoint, or "package.module:function" of their own, which is run.

    Args:
        weights: for such a function, the file that goes into its module; None leaves the module as it is.
        profile, metric, last_stride, input_size: for a checkpoint; a function decides them itself.

    Raises:
        SettingsError: an option that goes with the other kind, or a function that is not there or fails.
        CheckpointError: the file cannot be loaded, or is not the weights of the function's module.
    """
    if is_builder(named):
        options = {"profile": profile, "metric": metric, "last-stride": last_stride, "input-size": input_size}
        for option, value in options.items():
            if value is not None:
                raise SettingsError(
                    f"--{option} is for checkpoints; {named} decides it itself, by what it gives to "
                    "Target.from_module."
                )
        return build_target(str(named), weights=weights, device=device)
    if weights is not None:
        raise SettingsError(
            f"--weights go into a module of your own, named as package.module:function; {named} is a "
            "checkpoint and holds its weights."
        )
    return open_target(
        named, profile=profile, metric=metric, last_stride=last_stride, input_size=input_size, device=device
    )


def open_interpreter(
    folder: str | os.PathLike[str], target: Target | None = None, *, calibrated: bool = True
) -> Interpreter:
    """A fitted interpreter beside its target.

    Args:
        folder: what ``attrimeter fit`` wrote.
        target: the target it was fitted on; None opens it from where it was at the time of fitting.
        calibrated: also open the same-person model, where there is one; who is about to calibrate anew does
            not want the old one, which may be damaged or of an earlier fit.

    Raises:
        InterpreterError: a broken folder, another target, or a target that has moved.
        CheckpointError: the target's file cannot be loaded.
    """
    if target is None:
        target = open_fitted_target(folder)
    opened = interpreters.open_interpreter(folder, target)
    if calibrated:
        opened.same_person = find_same_person(folder, opened)
    return opened


def open_fitted_target(
    folder: str | os.PathLike[str],
    *,
    path: str | os.PathLike[str] | None = None,
    weights: str | os.PathLike[str] | None = None,
    device: str = "cpu",
) -> Target:
    """The target that an interpreter was fitted on, with the profile and metric of that time.

    Args:
        path: where the checkpoint is now, if it has moved; or the "package.module:function" that the target
            was built by: it is never run for no other reason than that a folder names it.
        weights: where the weights for that function are now, if they have moved.

    Raises:
        InterpreterError: the target is not there, or is built by code that was not named.
        SettingsError, CheckpointError: as :func:`open_or_build_target`.
    """
    facts = interpreters.read_description(folder).facts.get("target", {})
    if is_builder(path or "") or is_builder(facts.get("profile") or ""):
        return _build_fitted(folder, facts, named=path, weights=weights, device=device)
    if weights is not None:
        raise SettingsError(f"--weights go into a module of your own; the interpreter in {folder} has none.")
    where = Path(path) if path else text_to_path(facts.get("path") or "")
    if not where.is_file():
        raise InterpreterError(
            f"The interpreter in {folder} was fitted on the target file {where}, which is not there; "
            "say where it is now with --target."
        )
    return targets.open_target(
        where,
        profile=facts.get("profile"),
        metric=facts.get("metric"),
        last_stride=facts.get("last_stride"),
        input_size=facts.get("input_size"),
        device=device,
    )


def remember_target(target: Target, path: str | os.PathLike[str]) -> dict[str, Any]:
    """What :func:`open_fitted_target` needs to open the target again, as plain data.

    Args:
        path: of its checkpoint; of a target of one's own code, that of its weights or the code's name.
    """
    profile = target.profile
    facts: dict[str, Any] = {
        "path": path_to_text(Path(path).resolve()),
        "profile": profile.name,
        "metric": target.metric,
    }
    if profile.has_last_stride:
        facts["last_stride"] = profile.last_stride
    if not is_builder(profile.name):
        facts["input_size"] = list(profile.image_size)
    return facts


def _build_fitted(
    folder: str | os.PathLike[str],
    facts: dict[str, Any],
    *,
    named: str | os.PathLike[str] | None,
    weights: str | os.PathLike[str] | None,
    device: str,
) -> Target:
    """The target that a user's function builds, with the weights that it had in fitting."""
    builder, remembered = str(facts.get("profile")), text_to_path(str(facts.get("path")))
    if named is None or not is_builder(named):
        raise InterpreterError(
            f"The interpreter in {folder} was fitted on a target that the code {builder} builds, and code is "
            f"not run because a folder names it; if you know it, say --target {builder}."
        )
    # Without weights of its own a builder left its name where the file would be.
    if weights is None and is_builder(builder) and remembered.name != builder:
        weights = remembered
        if not remembered.is_file():
            raise InterpreterError(
                f"The interpreter in {folder} was fitted on a target with the weights {remembered}, which "
                "are not there; say where they are now with --weights."
            )
    return build_target(str(named), weights=weights, device=device)


def open_labelled(
    root: str | os.PathLike[str],
    *,
    schema: str | AttributeSchema | None = None,
    layout: str | None = None,
    attributes: str | os.PathLike[str] | None = None,
    cameras: Sequence[int] | None = None,
    strict: bool,
) -> tuple[PersonDataset, AttributeSchema]:
    """A data set with attribute labels, and the schema that they follow.

    Args:
        schema: a schema, its name or its file; None takes the one that belongs to the layout.
        cameras: only the images of these; None takes all.
        strict: whether a training identity that the attribute file misses is an error.

    Raises:
        DatasetError: no data set there, no attribute labels, or no such camera.
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
    return dataset if cameras is None else only_cameras(dataset, cameras), chosen
