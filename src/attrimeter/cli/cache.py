"""``attrimeter cache``: what is kept on disk, and clearing it."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from enum import StrEnum
from typing import Annotated, Any

import typer

from attrimeter.cli.options import CacheFolder, JsonFile
from attrimeter.cli.written import Outputs
from attrimeter.errors import AttriMeterError, SettingsError
from attrimeter.ranges import shorten
from attrimeter.storage.disk_space import as_size

_AGE = re.compile(r"([0-9]{1,6}) ?([hdw])")
_SECONDS = {"h": 3600.0, "d": 86_400.0, "w": 7 * 86_400.0}


class Action(StrEnum):
    """What is done with the cache, besides showing it."""

    CLEAR = "clear"


def _parse_age(text: str) -> float:
    found = _AGE.fullmatch(text.strip())
    if found is None:
        raise SettingsError(
            f"--older-than takes hours, days or weeks, such as 12h, 30d or 8w; got {shorten(text)}."
        )
    return int(found[1]) * _SECONDS[found[2]]


def _kept_kinds(ctx: typer.Context) -> list[str]:
    """What a shell offers for ``--kind``: the kinds of which the cache keeps something."""
    from attrimeter.caching.content import list_cache

    with suppress(AttriMeterError):
        return sorted({shelf.kind for shelf in list_cache(ctx.params.get("cache")).shelves})
    return []


def cache(
    action: Annotated[
        Action | None, typer.Argument(help="clear: remove what is chosen. Without it, it is shown.")
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this kind, as the list names it; may be repeated.", autocompletion=_kept_kinds
        ),
    ] = None,
    older_than: Annotated[
        Any,
        typer.Option(
            help="Only what was last used longer ago, such as 12h, 30d or 8w.",
            parser=_parse_age,
            metavar="AGE",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Clear without being asked.")] = False,
    cache: CacheFolder = None,
    json_file: JsonFile = None,
) -> None:
    """Show or clear what is kept on disk.

    Maps of images, measured edits of targets and rendered persons are kept, so that they need not be computed
    again. Clearing leaves what a running job uses, and whatever is no entry of a cache.
    """
    from attrimeter.caching.content import clear_cache, list_cache
    from attrimeter.figures.cache.text import cleared_text, content_text

    outputs = Outputs(json_file=json_file)
    chosen = {"kinds": kind or (), "older_than": older_than}
    content = list_cache(cache, **chosen)
    if action is None:
        outputs.deliver(content, text=content_text)
        return
    if content.size and not yes:
        _ask(f"Remove {as_size(content.size)} from {content.folder}?")
    outputs.deliver(clear_cache(cache, **chosen), text=cleared_text)


def _ask(question: str) -> None:
    """Ask a person. Raises SettingsError for a no, and where standard input is no terminal."""
    if not sys.stdin.isatty():
        raise SettingsError(f"{question} Say so with --yes.")
    if not typer.confirm(question, err=True):
        raise SettingsError("Nothing was removed.")
