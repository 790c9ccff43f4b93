"""The files that a command writes: checked before its work, and written before anything is shown."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from rich.console import RenderableType

from attrimeter.cli.terminal import ReaderGoneError, show, tell
from attrimeter.errors import AttriMeterError, SettingsError, StorageError
from attrimeter.legible import legible
from attrimeter.storage import check_output, is_passed_through, is_standard_output, write_output

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Found = TypeVar("Found")


@dataclass(frozen=True)
class Outputs:
    """Where a command's figure, page and JSON go; None where they were not asked for.

    Making one checks them all: whatever can be refused is refused before the work.

    Raises:
        SettingsError: a figure of an unknown kind, or two outputs in one place.
        StorageError: an output that cannot be written.
    """

    figure: Path | None = None
    page: Path | None = None
    json_file: Path | None = None
    second_figure: Path | None = None

    def __post_init__(self) -> None:
        from attrimeter.figures.drawing.figure_files import figure_format

        for figure in (self.figure, self.second_figure):
            if figure is not None:
                figure_format(figure)
        places: dict[str, Path] = {}
        for path in self._asked_for():
            check_output(path)
            place = "-" if is_standard_output(path) else os.path.realpath(path)
            if place in places and (place == "-" or not is_passed_through(path)):
                raise SettingsError(f"Two outputs go to {path}; give each a name of its own.")
            places[place] = path

    def _asked_for(self) -> list[Path]:
        paths = (self.json_file, self.page, self.figure, self.second_figure)
        return [path for path in paths if path is not None]

    def deliver(
        self,
        found: Found,
        *,
        text: Callable[[Found], RenderableType],
        page: Callable[[Found], str] | None = None,
        draw: Callable[[Found], Figure] | None = None,
        draw_second: Callable[[Found], Figure] | None = None,
    ) -> None:
        """Write every file, then show the text, then name the files.

        Where standard output carries a file, the text goes to standard error. Where a file cannot be written,
        the others and the text still come.

        Args:
            found: the result.
            text, page, draw, draw_second: make of it what is shown and written, besides its JSON.

        Raises:
            AttriMeterError: what could not be written, the first of several; all else is.
            ReaderGoneError: the reader of standard output has stopped reading; all files are written.
        """
        from attrimeter.figures import save_figure, to_json

        written: list[Path] = []
        failures: list[Exception] = []

        def write(path: Path | None, make: Callable[[Found], Any] | None, save: Callable[..., None]) -> None:
            if path is None or make is None:
                return
            try:
                save(path, make(found))
                written.append(path)
            except BrokenPipeError:
                failures.append(ReaderGoneError())
            except AttriMeterError as error:
                failures.append(error)

        write(self.json_file, to_json, lambda path, made: write_output(path, made.encode()))
        write(self.page, page, lambda path, made: write_output(path, made.encode()))
        write(self.figure, draw, save_figure)
        write(self.second_figure, draw_second, save_figure)
        in_use = any(map(is_standard_output, self._asked_for()))
        try:
            show(text(legible_value(found)), on_errors=in_use)
        except (StorageError, ReaderGoneError) as error:
            failures.append(error)
        for path in written:
            if not is_standard_output(path):
                tell(f"wrote {path}")
        if failures:
            raise failures[0]


def legible_value(value: Any) -> Any:
    """A result with hidden characters, also line ends, escaped in all texts inside: keys of mappings, entries
    of lists and tuples, fields of dataclasses. Arrays and paths are left as they are."""
    if isinstance(value, str):
        return legible(value)
    if isinstance(value, Mapping):
        return {legible_value(key): legible_value(entry) for key, entry in value.items()}
    if type(value) in (list, tuple):
        return type(value)(map(legible_value, value))
    if is_dataclass(value) and not isinstance(value, type):
        old = {field.name: getattr(value, field.name) for field in fields(value) if field.init}
        new = {name: legible_value(entry) for name, entry in old.items()}
        return replace(value, **{name: entry for name, entry in new.items() if entry is not old[name]})
    return value
