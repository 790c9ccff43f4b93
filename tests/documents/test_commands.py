"""docs/reference/commands.md says what the code says."""

from __future__ import annotations

from typing import Any

from documents.commands import PAGE, commands, make_page


def test_the_page_is_what_the_code_says() -> None:
    said = "docs/reference/commands.md is of other code; write it anew: python -m tests.documents.commands"
    assert PAGE.read_text(encoding="utf-8") == make_page(), said


def test_every_command_and_option_is_on_it() -> None:
    page = make_page()
    found = list(commands())
    assert len(found) > 10
    for command, ctx in found:
        assert f"\n## {ctx.command_path}\n" in page
        assert all(f"`{option} " in page or f"`{option}`" in page for option in options_of(command))


def options_of(command: Any) -> set[str]:
    options = {name for part in command.params for name in part.opts if name.startswith("-")}
    return options - {"--help"}
