"""Targets of a user's own code: ``package.module:function``, and the weights that go into it."""

from __future__ import annotations

import difflib
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from attrimeter.errors import AttriMeterError, CheckpointError, SettingsError
from attrimeter.targets import Target
from attrimeter.targets.checkpoints.reading import read_checkpoint

_BUILDER = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*")


def is_builder(text: str | os.PathLike[str]) -> bool:
    """Whether ``text`` names a function, as "package.module:function" does, and no file that is there."""
    return _BUILDER.fullmatch(str(text)) is not None and not Path(text).exists()


def build_target(
    builder: str, *, weights: str | os.PathLike[str] | None = None, device: str | None = None
) -> Target:
    """Run a user's own function and take the target that it returns, called by the function's name.

    The function is looked for as ``python -m`` would, from the current folder on. It takes no argument and
    returns what :meth:`attrimeter.targets.Target.from_module` gave it. This runs the user's code; call it
    for nothing but what the user has named.

    Args:
        builder: "package.module:function".
        weights: a safetensors file, or a torch file of weights, that goes into the module, strictly; None
            leaves the weights that the function gave it.
        device: where the target runs; None leaves it where the function put it.

    Raises:
        SettingsError: no such module or function, or one that fails.
        CheckpointError: it returns no target or one that is refused, or the weights are not its module's.
    """
    target = _call(builder)
    if not isinstance(target, Target):
        raise CheckpointError(
            f"{builder} returned a {type(target).__name__}, and a target is needed; return "
            "Target.from_module(your_module, ...)."
        )
    if weights is not None:
        target = target.with_weights(read_checkpoint(weights).tensors, origin=str(weights))
    target = target.called(builder, device=device)
    target.origin = builder if weights is None else os.fspath(weights)
    return target


def _call(builder: str) -> Any:
    with _current_folder_first():
        function = _find(builder)
        try:
            return function()
        except AttriMeterError:
            raise
        except (Exception, SystemExit) as error:
            raise _failed(f"{builder} failed", error) from error


def _find(builder: str) -> Callable[[], Any]:
    place, _, name = builder.partition(":")
    try:
        module = import_module(place)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{place}.".startswith(f"{error.name}."):
            raise _failed(f"Importing {place} failed", error) from error
        raise SettingsError(
            f"There is no module {error.name} to import {builder} from; run the command in the folder that "
            "holds it, or install it."
        ) from error
    except AttriMeterError:
        raise
    except (Exception, SystemExit) as error:
        raise _failed(f"Importing {place} failed", error) from error
    function: Callable[[], Any] | None = getattr(module, name, None)
    if callable(function):
        return function
    known = [known for known, value in vars(module).items() if callable(value) and known[:1] != "_"]
    near = difflib.get_close_matches(name, known, n=3) or sorted(known)[:3]
    raise SettingsError(
        f"The module {place} has no function {name}; "
        + (f"there are {', '.join(near)}." if near else "it has none at all.")
    )


def _failed(what: str, error: BaseException) -> SettingsError:
    """One sentence for whatever a user's code raised, with the line where it did."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    where = "" if last is None else f" at {last.tb_frame.f_code.co_filename}, line {last.tb_lineno}"
    text = " ".join(str(error).split())
    return SettingsError(f"{what} with {type(error).__name__}{where}: {text or 'no message'}")


@contextmanager
def _current_folder_first() -> Iterator[None]:
    folder = str(Path.cwd())
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        if folder in sys.path:
            sys.path.remove(folder)
