"""Opening what other workflows need: targets, interpreters, data sets."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attrimeter import datasets, targets
from attrimeter import interpreter as interpreters
from attrimeter.datasets.cameras import only_cameras
from attrimeter.errors import InterpreterError, SettingsError
from attrimeter.interpreter import Interpreter
from attrimeter.interpreter.facts import TargetFacts
from attrimeter.interpreter.same_person_file import find_same_person
from attrimeter.schemas import AttributeSchema, open_schema
from attrimeter.storage import path_to_text, text_to_path
from attrimeter.targets import Target
from attrimeter.targets.own_code import build_target, is_builder
from attrimeter.values import PersonDataset

_LOG = logging.getLogger(__name__)


def open_target(
    target: Target | str | os.PathLike[str],
    *,
    weights: str | os.PathLike[str] | None = None,
    profile: str | None = None,
    metric: str | None = None,
    last_stride: int | None = None,
    input_size: tuple[int, int] | None = None,
    device: str = "auto",
) -> Target:
    """The frozen target that a user names; what it was taken for is noted in the log ``attrimeter``.

    Args:
        target: its checkpoint, of which nothing is run (:func:`attrimeter.targets.open_target`); or
            "package.module:function" of code of one's own, which is run and returns a target. An open target
            is returned as it is.
        weights: for such a function, the file that goes into its module; None leaves the module as it is.
        profile, metric, last_stride, input_size: for a checkpoint, where it does not say them itself or they
            are others; a function decides them itself.
        device: "cpu", "cuda" or "cuda:1"; "auto" is CUDA where there is one.

    Returns:
        The target, which is read and never changed.

    Raises:
        SettingsError: an option that goes with another kind, or a function that is not there or fails.
        CheckpointError: the file cannot be loaded, or is not the weights of the function's module.
    """
    options = {"profile": profile, "metric": metric, "last-stride": last_stride, "input-size": input_size}
    if isinstance(target, Target):
        if weights is not None or device != "auto" or any(value is not None for value in options.values()):
            raise SettingsError("This target is open already; leave out how to open it, or name its file.")
        return target
    if is_builder(target):
        for option, value in options.items():
            if value is not None:
                raise SettingsError(
                    f"--{option} is for checkpoints; {target} decides it itself, by what it gives to "
                    "Target.from_module."
                )
        return build_target(str(target), weights=weights, device=device)
    if weights is not None:
        raise SettingsError(
            f"--weights go into a module of your own, named as package.module:function; {target} is a "
            "checkpoint and holds its weights."
        )
    opened = targets.open_target(
        target, profile=profile, metric=metric, last_stride=last_stride, input_size=input_size, device=device
    )
    for note in opened.notes:
        _LOG.info("%s", note)
    return opened


def open_interpreter(
    interpreter: Interpreter | str | os.PathLike[str],
    target: Target | str | os.PathLike[str] | None = None,
    *,
    weights: str | os.PathLike[str] | None = None,
    device: str = "auto",
    calibrated: bool = True,
) -> Interpreter:
    """A fitted interpreter and its target, with the profile and metric of the time of fitting.

    Args:
        interpreter: the folder that a fit wrote. An open interpreter is returned as it is.
        target: the target that it was fitted on, or where its checkpoint is now if it has moved; or the
            "package.module:function" that builds it, which is run only where it is given here, never because
            a folder names it. None opens the checkpoint where it was at the time of fitting.
        weights: where the weights for that function are now, if they have moved.
        device: as for :func:`open_target`.
        calibrated: also open the same-person model, where there is one. Calibrating anew goes without the
            old one, which may be damaged or of an earlier fit.

    Returns:
        The interpreter, whose ``target`` is the target.

    Raises:
        InterpreterError: a broken folder, another target, or a target that is not there or is built by code
            that was not named.
        SettingsError, CheckpointError: as :func:`open_target`; or options for an interpreter that is open.
    """
    if isinstance(interpreter, Interpreter):
        if target is not None or weights is not None or device != "auto":
            raise SettingsError("This interpreter is open already, with its target; leave the target out.")
        return interpreter
    if not isinstance(target, Target):
        target = _open_fitted_target(interpreter, path=target, weights=weights, device=device)
    opened = interpreters.open_interpreter(interpreter, target)
    if calibrated:
        opened.same_person = find_same_person(interpreter, opened)
    return opened


def _open_fitted_target(
    folder: str | os.PathLike[str],
    *,
    path: str | os.PathLike[str] | None,
    weights: str | os.PathLike[str] | None,
    device: str,
) -> Target:
    facts = interpreters.read_description(folder).facts.target
    if is_builder(path or "") or is_builder(facts.profile or ""):
        return _build_fitted(folder, facts, named=path, weights=weights, device=device)
    if weights is not None:
        raise SettingsError(f"--weights go into a module of your own; the interpreter in {folder} has none.")
    if path is None and facts.path is None:
        raise InterpreterError(
            f"The interpreter in {folder} was fitted on a target that was opened from no file; give it "
            "that target."
        )
    where = Path(path) if path else text_to_path(facts.path or "")
    if not where.is_file():
        raise InterpreterError(
            f"The interpreter in {folder} was fitted on the target file {where}, which is not there; "
            "say where it is now with --target."
        )
    return targets.open_target(
        where,
        profile=facts.profile,
        metric=facts.metric,
        last_stride=facts.last_stride,
        input_size=facts.input_size,
        device=device,
    )


def remember_target(target: Target) -> TargetFacts:
    """What :func:`open_interpreter` needs to open the target again."""
    profile = target.profile
    found: dict[str, Any] = {"profile": profile.name, "metric": str(target.metric)}
    if target.origin is not None:
        found["path"] = path_to_text(Path(target.origin).resolve())
    if profile.has_last_stride:
        found["last_stride"] = profile.last_stride
    if not is_builder(profile.name):
        found["input_size"] = profile.image_size
    return TargetFacts(**found)


def _build_fitted(
    folder: str | os.PathLike[str],
    facts: TargetFacts,
    *,
    named: str | os.PathLike[str] | None,
    weights: str | os.PathLike[str] | None,
    device: str,
) -> Target:
    """The target that a user's function builds, with the weights that it had in fitting."""
    builder, remembered = str(facts.profile), text_to_path(str(facts.path))
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


def open_dataset(
    data: PersonDataset | str | os.PathLike[str],
    *,
    schema: str | os.PathLike[str] | AttributeSchema | None = None,
    attributes: str | os.PathLike[str] | None = None,
    layout: str | None = None,
    cameras: Sequence[int] | None = None,
    strict: bool = False,
) -> PersonDataset:
    """The images of a data set with identities, cameras and attribute labels; none is decoded.

    What cannot be used is listed in ``skipped``, and how all was understood in ``understood``.

    Args:
        data: its folder, or a CSV file. An open data set is returned, as the cameras saw it.
        schema: what its labels mean: a schema, its name, or its YAML or TOML file; None takes the one that
            belongs to the layout, and no labels where none does.
        attributes: the attribute file; None looks for it in the folder and beside it.
        layout: a name in :data:`attrimeter.datasets.LAYOUTS`; None recognises it.
        cameras: only the images of these; None takes all.
        strict: whether a training identity that the attribute file misses is an error, or has labels -1.

    Returns:
        Its training part, queries and gallery; each may be empty.

    Raises:
        DatasetError: nothing there, no known layout, no images, a file that cannot be understood, or no such
            camera.
        SchemaError: no such schema.
        SettingsError: options for a data set that is open.
    """
    if isinstance(data, PersonDataset):
        if schema is not None or attributes is not None or layout is not None:
            raise SettingsError("This data set is open already; leave out how to read it, or give its path.")
    else:
        chosen = schema if schema is None or isinstance(schema, AttributeSchema) else open_schema(schema)
        data = datasets.open_dataset(
            data, schema=chosen, layout=layout, attributes=attributes, strict_attributes=strict
        )
    return data if cameras is None else only_cameras(data, cameras)
