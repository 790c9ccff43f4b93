"""A group of options is spelled out on the command line, and the command gets it as one value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from attrimeter.cli.option_groups import gathered


@dataclass(frozen=True)
class Place:
    """Where something is."""

    street: Annotated[str, typer.Argument(help="Its name.")]
    number: Annotated[int, typer.Option("--no", help="Of the house.")] = 1


@dataclass(frozen=True)
class Flat(Place):
    """The same options with another value where none is given."""

    number: Annotated[int, typer.Option(help="Of the door.")] = 7


SEEN: list[object] = []


@gathered
def visit(place: Place, who: Annotated[str, typer.Argument()] = "all", loud: bool = False) -> None:
    """Go there."""
    SEEN[:] = [place, who, loud]


@gathered
def ring(place: Flat) -> None:
    """Ring the bell."""
    SEEN[:] = [place]


@pytest.mark.parametrize(
    ("command", "words", "seen"),
    [
        (visit, ("High",), [Place("High", 1), "all", False]),
        (visit, ("--no", "3", "High", "Ann", "--loud"), [Place("High", 3), "Ann", True]),
        (ring, ("High",), [Flat("High", 7)]),
        (ring, ("High", "--number", "2"), [Flat("High", 2)]),
    ],
)
def test_fields_become_one_value(command: object, words: tuple[str, ...], seen: list[object]) -> None:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(command)  # type: ignore[arg-type]
    answer = CliRunner().invoke(app, list(words))
    assert answer.exit_code == 0, answer.output
    assert seen == SEEN


def test_the_help_names_every_field() -> None:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(visit)
    said = CliRunner().invoke(app, ["--help"]).output
    assert "Go there." in said and all(words in said for words in ("Its name.", "Of the house.", "--loud"))
    assert "place" not in said.lower()
