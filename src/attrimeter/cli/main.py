"""The command ``attrimeter``: it translates words to workflows and errors to one sentence."""

from __future__ import annotations

import sys

import typer

from attrimeter import __version__
from attrimeter.cli.audit import audit
from attrimeter.cli.benchmark import benchmark
from attrimeter.cli.calibrate import calibrate
from attrimeter.cli.command import Command
from attrimeter.cli.compare import compare
from attrimeter.cli.convert import convert
from attrimeter.cli.demo import demo
from attrimeter.cli.evaluate import evaluate
from attrimeter.cli.explain import explain
from attrimeter.cli.fit import fit
from attrimeter.cli.inspect_checkpoint import inspect
from attrimeter.cli.render import render
from attrimeter.cli.targets import targets
from attrimeter.cli.train_target import train_target
from attrimeter.errors import AttriMeterError

MISUSED = 2

app = typer.Typer(
    name="attrimeter",
    help="Explains the distance of any frozen person re-identification model, attribute by attribute.",
    no_args_is_help=True,
    add_completion=False,
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
):
    app.command(cls=Command)(command)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"attrimeter {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Print the version and stop."
    ),
) -> None:
    """Explains the distance of any frozen person re-identification model, attribute by attribute."""


def run() -> None:
    """Run the command line; the user's mistakes end in one sentence and exit code 2."""
    try:
        app()
    except AttriMeterError as error:
        typer.echo(f"attrimeter: {error}", err=True)
        sys.exit(MISUSED)
