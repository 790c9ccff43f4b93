"""Planted targets and their interpreters in one folder, recognised by their names."""

from __future__ import annotations

import os
from pathlib import Path

from attrimeter.benchmarking.planted import PlantedCase
from attrimeter.benchmarking.plants import CASES
from attrimeter.errors import InterpreterError, SettingsError
from attrimeter.interpreter import Interpreter, open_interpreter
from attrimeter.interpreter.folder import SETTINGS_FILE
from attrimeter.targets import Target, open_target

REFERENCE = "other"
"""Name of the target with nothing planted, for comparison."""


def open_planted(folder: str | os.PathLike[str], *, device: str = "cpu") -> list[PlantedCase]:
    """The cases of a folder, in the order of CASES; those without a target are left out.

    The target of a case is ``<case>/target.safetensors`` or ``<case>.safetensors``. Every folder
    ``<case>-<name>`` that ``attrimeter fit`` wrote is an interpreter of it, called <name>. A target
    "other", if there is one, is what "hue" is compared with. All else in the folder is passed over.

    Raises:
        SettingsError: no such folder, or no planted target in it.
        InterpreterError: an interpreter whose target is not there, or of another target.
        CheckpointError: a target that cannot be read.
    """
    root = Path(folder)
    if not root.is_dir():
        raise SettingsError(f"There is no folder {root} with planted targets; make one with the recipe.")
    cases = []
    for name in CASES:
        file, fitted = _target_file(root, name), _interpreter_folders(root, name)
        if file is not None:
            cases.append(_open_case(root, name, open_target(file, device=device), fitted, device))
        elif fitted:
            raise InterpreterError(
                f"{fitted[0]} explains the planted target {name!r}, which is not there; put it at "
                f"{root / name}.safetensors."
            )
    if not cases:
        raise SettingsError(
            f"{root} holds no planted target; put one there as {', '.join(CASES)} with the ending "
            ".safetensors."
        )
    return cases


def _open_case(root: Path, name: str, target: Target, fitted: list[Path], device: str) -> PlantedCase:
    interpreters: list[tuple[str, Interpreter]] = [
        (folder.name.removeprefix(f"{name}-"), open_interpreter(folder, target)) for folder in fitted
    ]
    plain = _target_file(root, REFERENCE) if name == "hue" else None
    return PlantedCase(
        name, target, interpreters, None if plain is None else open_target(plain, device=device)
    )


def _target_file(root: Path, name: str) -> Path | None:
    places = (root / name / "target.safetensors", root / f"{name}.safetensors")
    return next((place for place in places if place.is_file()), None)


def _interpreter_folders(root: Path, name: str) -> list[Path]:
    return sorted(file.parent for file in root.glob(f"{name}-*/{SETTINGS_FILE}"))
