"""What is written in place of characters that a terminal's encoding lacks: what looks most like them."""

from __future__ import annotations

import codecs
import unicodedata

LOOKALIKES = "attrimeter.lookalikes"
"""The name of the error handler, for ``reconfigure(errors=...)``."""

_NEAREST = {
    "▏▎▍▌▋▊▉█▐▕": "#",
    "▶→": ">",
    "◀←": "<",
    "↑▲": "^",
    "↓▼": "v",
    "“”„": '"',
    "‘’": "'",
    "–—−─━╸╺": "-",
    "│┃": "|",
    "×": "x",
    "•·": "*",
    "≤": "<",
    "≥": ">",
    "≈": "~",
    "…": ".",
}
_TABLE = {letter: plain for letters, plain in _NEAREST.items() for letter in letters}


def write_lookalikes(error: UnicodeError) -> tuple[str, int]:
    """An error handler of ``codecs``: one ASCII character for each that cannot be encoded, "?" for most."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    return "".join(map(_nearest, missing)), error.end


def _nearest(letter: str) -> str:
    first = _TABLE.get(letter) or unicodedata.normalize("NFKD", letter)[:1]
    return first if first.isascii() and first.isprintable() else "?"


codecs.register_error(LOOKALIKES, write_lookalikes)
