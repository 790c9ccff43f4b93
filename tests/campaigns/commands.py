"""Running commands in this process, as far as where their work begins."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest import mock

import typer

WORK = (
    "attrimeter.caching.map_cache:MapCache.fill",
    "attrimeter.caching.edit_cache:EditCache.fill",
    "attrimeter.fitting.target.training:load_training_images",
    "attrimeter.benchmarking.measuring:render_plan",
    "attrimeter.benchmarking.planted:measure_tables",
    "attrimeter.workflows.rendering:render_plan",
    "attrimeter.workflows.demo:render_dataset",
)
"""Where what takes long begins: the campaign goes no further."""

SECONDS = 60
"""Seconds that a refusal may take, which reads a checkpoint at most."""


class WorkBegunError(BaseException):
    """The command took its words for good and went to work."""


@contextlib.contextmanager
def stopped_at_work() -> Iterator[None]:
    """Within it, whatever takes long raises :class:`WorkBegunError` instead."""

    def begin(*words: Any, **settings: Any) -> Any:
        raise WorkBegunError

    with contextlib.ExitStack() as stack:
        for place in WORK:
            module, name = place.split(":")
            *outer, last = name.split(".")
            owner = import_module(module)
            for part in outer:
                owner = getattr(owner, part)
            stack.enter_context(mock.patch.object(owner, last, begin))
        # the same commands every time: to make them takes longer than most refusals
        stack.enter_context(mock.patch("typer.main.get_command", cache(typer.main.get_command)))
        yield


@contextlib.contextmanager
def working_folder(folder: Path) -> Iterator[None]:
    """Within it, the process works in that empty folder, with the cache beside it."""
    folder.mkdir()
    before = Path.cwd()
    os.chdir(folder)
    try:
        with mock.patch.dict(os.environ, {"ATTRIMETER_CACHE": str(folder.with_name("cache"))}):
            yield
    finally:
        os.chdir(before)


def clear(folder: Path) -> list[str]:
    """Remove all that is in the folder, and return what it was."""
    left = sorted(path for path in folder.rglob("*"))
    for path in reversed(left):
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    return [str(path) for path in left]


def call(line: list[str]) -> tuple[str, str]:
    """Run the command line in this process: how it ended, and what it said; the error stream comes last."""
    from attrimeter.cli.main import run as run_command_line

    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    code: Any = 0
    with (
        mock.patch.object(sys, "argv", ["attrimeter", *line]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        time_limit(),
    ):
        try:
            run_command_line()
        except SystemExit as stop:
            code = stop.code or 0
        except WorkBegunError:
            code = "at work"
        except TimeoutError:
            code = f"no end after {SECONDS} s"
        except BaseException:
            code = f"an exception: {traceback.format_exc().strip().splitlines()[-1][:300]}"
    said = ""
    for stream in (out, err):
        stream.flush()
        said += stream.buffer.getvalue().decode()  # type: ignore[attr-defined]
    return {0: "done", 1: "done", 2: "refused"}.get(code, str(code)), said


@contextlib.contextmanager
def time_limit() -> Iterator[None]:
    """Raise TimeoutError in the block when it takes too long (where the system has alarms)."""

    def ring(*_: Any) -> None:
        raise TimeoutError

    if not hasattr(signal, "SIGALRM"):
        yield
        return
    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
