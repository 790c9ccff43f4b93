"""Files for libraries that take no name but in UTF-8."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote_to_bytes

_ADDRESS = "file://"


@contextmanager
def plainly_named(path: str | os.PathLike[str]) -> Iterator[Path]:
    """The same file under a name that is Unicode: its own, or within the block that of a temporary link.

    Raises OSError where no link can be made.
    """
    place = Path(path)
    if _is_unicode(str(place)):
        yield place
        return
    with tempfile.TemporaryDirectory() as folder:
        link = Path(folder) / "file"
        link.symlink_to(place.absolute())
        yield link


def path_to_text(path: str | os.PathLike[str]) -> str:
    """The path for a JSON file: as it is, or where bytes in it are no UTF-8 as a ``file:`` address."""
    place = Path(path)
    return str(place) if _is_unicode(str(place)) else place.absolute().as_uri()


def text_to_path(text: str) -> Path:
    """The path that :func:`path_to_text` wrote."""
    if not text.startswith(_ADDRESS):
        return Path(text)
    return Path(os.fsdecode(unquote_to_bytes(text.removeprefix(_ADDRESS))))


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
