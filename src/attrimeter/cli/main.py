"""The command ``attrimeter``: it translates its words to workflows, and errors to one sentence."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Callable
from typing import Any

import typer

from attrimeter import __version__
from attrimeter.cli.audit import audit, compare
from attrimeter.cli.benchmark import benchmark
from attrimeter.cli.cache import cache
from attrimeter.cli.calibrate import calibrate
from attrimeter.cli.check import check
from attrimeter.cli.checkpoints import convert, inspect, targets
from attrimeter.cli.command import Command
from attrimeter.cli.demo import demo
from attrimeter.cli.evaluate import evaluate
from attrimeter.cli.explain import explain
from attrimeter.cli.fit import fit
from attrimeter.cli.render import render
from attrimeter.cli.stopping import ends_when_asked
from attrimeter.cli.terminal import ReaderGoneError, close_output, prepare_streams, say, tell
from attrimeter.cli.train_target import train_target
from attrimeter.errors import AttriMeterError

MISUSED = 2
READER_GONE = 141
"""What a shell reports of a program that its reader stopped (128 + SIGPIPE)."""

app = typer.Typer(
    name="attrimeter",
    help="Explains the distance of any frozen person re-identification model, attribute by attribute.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for command in (
    demo,
    render,
    train_target,
    fit,
    explain,
    evaluate,
    calibrate,
    audit,
    compare,
    benchmark,
    targets,
    inspect,
    convert,
    cache,
):
    app.command(cls=Command)(command)
app.add_typer(check)


def _show_version(wanted: bool) -> None:
    if wanted:
        say(f"attrimeter {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Print the version and stop."
    ),
) -> None:
    """Explains the distance of any frozen person re-identification model, attribute by attribute."""


def run() -> None:
    """Run the command line; an error that is not its own ends in one sentence and exit code 2.

    Ctrl-C ends in one line and exit code 130, being asked to terminate with 143.
    """
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it makes do without a folder of its own
    prepare_streams()
    with ends_when_asked():
        code = _run(lambda: app(standalone_mode=False, prog_name=app.info.name))
        closed = _run(close_output)
        if code or closed:
            sys.exit(code or closed)


def _run(act: Callable[[], Any]) -> int:
    """Do it, and return the exit code; every error that a user can cause is reported in one sentence."""
    try:
        return int(act() or 0)
    except AttriMeterError as error:
        return _refuse(str(error))
    except ReaderGoneError:
        return READER_GONE
    except typer.Abort:
        return _refuse("Stopped.")
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        return _refuse(f"{place}{error.strerror or error}. Nothing more could be done.")
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        return _refuse_usage(error)


def _refuse(sentence: str) -> int:
    tell(f"attrimeter: {sentence}")
    return MISUSED


def _refuse_usage(error: Any) -> int:
    """Show what is wrong with the words of a command, as typer does, with hidden characters escaped."""
    text = io.StringIO()
    error.show(file=text)
    for line in text.getvalue().splitlines():
        tell(line)
    return int(error.exit_code)
