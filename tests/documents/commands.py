"""The page docs/reference/commands.md, of what the code says (``python -m tests.documents.commands``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import typer

from attrimeter.storage import write_text

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "commands.md"

_HEAD = """# Commands

This page is written by the code itself (`python -m tests.documents.commands`), and a test compares the two.
Each command says the same with `--help`.
"""


def make_page() -> str:
    """The text of the page: one section per command, in the order of ``attrimeter --help``."""
    return "\n".join([_HEAD, *(_describe(command, ctx) for command, ctx in commands())])


def commands() -> Iterator[tuple[Any, Any]]:
    """Every command that can be given, with its context; a group's own commands stand in its place."""
    from attrimeter.cli.main import app

    program: Any = typer.main.get_command(app)
    yield from _commands_below(program, program.context_class(program, info_name="attrimeter"))


def _commands_below(group: Any, ctx: Any) -> Iterator[tuple[Any, Any]]:
    for name, command in group.commands.items():
        below = command.context_class(command, info_name=name, parent=ctx)
        if hasattr(command, "commands"):
            yield from _commands_below(command, below)
        elif not command.hidden:
            yield command, below


def _describe(command: Any, ctx: Any) -> str:
    usage = " ".join([ctx.command_path, *command.collect_usage_pieces(ctx)])
    command.complete_help()
    records = [(part, record) for part in command.get_params(ctx) if (record := part.get_help_record(ctx))]
    parts = [f"## {ctx.command_path}\n", _paragraphs(command.help or ""), f"```text\n{usage}\n```\n"]
    for title, kind in (("argument", "argument"), ("option", "option")):
        rows = [record for part, record in records if part.param_type_name == kind and part.name != "help"]
        if rows:
            parts.append(_table((title, "meaning"), rows))
    return "\n".join(parts)


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in text.strip().split("\n\n")) + "\n"


def _table(columns: tuple[str, str], rows: Iterable[tuple[str, str]]) -> str:
    lines = [f"| {' | '.join(columns)} |", "|---|---|"]
    lines += [f"| `{_cell(name)}` | {_escape(meaning)} |" for name, meaning in rows]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.strip().replace("|", "\\|").replace("\n", " ")


def _escape(text: str) -> str:
    return " ".join(_cell(text).replace("<", "&lt;").replace("[", "\\[").split())


if __name__ == "__main__":
    write_text(PAGE, make_page())
