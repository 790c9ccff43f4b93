"""Options that several commands have, with the same words."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from attrimeter.errors import SettingsError
from attrimeter.ranges import LARGEST, RANGES, check_number, read_number, shorten

_DEVICE = re.compile(r"auto|cpu|cuda(:[0-9]{1,3})?")
_SIZE = re.compile(r"([0-9]{1,40})[xX,]([0-9]{1,40})")
_CAMERA = re.compile(r"[0-9]{1,18}")


def words(*names: str) -> Callable[[], list[str]]:
    """An option's ``autocompletion``: a shell offers these names."""
    return lambda: list(names)


def names_in(catalogue: str) -> Callable[[], list[str]]:
    """An option's ``autocompletion``: a shell offers the keys of ``module:NAME``, imported only then."""
    module, _, name = catalogue.partition(":")
    return lambda: list(getattr(import_module(module), name))


def number(name: str, text: str, *, option: str | None = None) -> Any:
    """An option that takes a number of the range ``RANGES[name]``, and nothing else.

    Args:
        name: of the range; also the option's name, unless ``option`` is given.
        text: its help.
    """
    called = option or f"--{name.replace('_', '-')}"

    def parse(value: Any) -> int | float:
        if isinstance(value, str):
            return read_number(name, value, called=called)
        check_number(name, value, called=called)
        return value  # type: ignore[no-any-return]

    parse.__name__ = "int" if RANGES[name].whole else "float"  # which the help shows
    return typer.Option(help=f"{text} {_ends(name)}", parser=parse)


def _ends(name: str) -> str:
    low, high = RANGES[name].low, RANGES[name].high
    return f"[{str(RANGES[name]).split('number ')[1]}]" if high < LARGEST else f"[{low:,} or more]"


def _parse_device(text: str) -> str:
    if not _DEVICE.fullmatch(text):
        raise SettingsError(f"The device {text!r} is not known; choose cpu, cuda, cuda:<number> or auto.")
    return text


def parse_size(text: str) -> tuple[int, int]:
    """Height and width of ``--input-size``. Raises SettingsError."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise SettingsError(
            f"--input-size takes height and width in pixels, such as 256x128; got {shorten(text)}."
        )
    height, width = (int(read_number("input_side", side, called="--input-size")) for side in found.groups())
    return height, width


def parse_cameras(text: str) -> tuple[int, ...]:
    """The numbers of ``--cameras``. Raises SettingsError."""
    numbers = text.split(",")
    if not all(_CAMERA.fullmatch(each.strip()) for each in numbers):
        raise SettingsError(
            f"--cameras takes numbers with commas between, such as 1,2,3; got {shorten(text)}."
        )
    return tuple(map(int, numbers))


Layout = Annotated[
    str | None,
    typer.Option(
        help="The data set's layout, if not recognised.",
        autocompletion=names_in("attrimeter.datasets:LAYOUTS"),
    ),
]

CacheFolder = Annotated[Path | None, typer.Option(help="Folder of the cache.")]
Device = Annotated[
    str,
    typer.Option(
        help="auto, cpu, cuda or cuda:1.",
        parser=_parse_device,
        metavar="<str>",
        autocompletion=words("auto", "cpu", "cuda"),
    ),
]
Workers = Annotated[
    int,
    number(
        "workers_or_all",
        "Processes that render; 0 means one per core. The result is the same.",
        option="--workers",
    ),
]

Scene = Annotated[
    str,
    typer.Option(
        help="Of the rendered persons: standard, or night (lamp light, other clothes, other bodies).",
        autocompletion=names_in("attrimeter.synthesis.scenes:SCENES"),
    ),
]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Write the whole result as JSON.")]


def refuse_given(name: str, value: Any, reason: str) -> None:
    """Raise SettingsError where an option was given, that is, where it is neither None nor False.

    Args:
        reason: why it means nothing here; follows the name.
    """
    if value is not None and value is not False:
        raise SettingsError(f"{name} {reason}, or leave it out.")
