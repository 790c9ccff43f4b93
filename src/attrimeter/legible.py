"""Text from outside made fit to be read: what cannot be shown stands as an escape, as Python writes it.

File names, names in checkpoints, schemas and data sets can hold anything: line ends, codes that drive a
terminal, marks that turn the direction of writing, bytes that are no UTF-8. Whatever shows such a text passes
it through here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import islice

_SURROGATES = "\ud800-\udfff"
_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    f"{chr(p << 16 | 0xFFFE)}{chr(p << 16 | 0xFFFF)}" for p in range(17)
)
_TURNING = "\u202a-\u202e\u2066-\u2069"
_HIDDEN = f"\x7f-\x9f\u2028\u2029{_TURNING}{_SURROGATES}{_NONCHARACTERS}"
"""Delete and C1 controls, separators of lines, turns of direction, halves of characters, what XML forbids."""

_ILLEGIBLE = re.compile(f"[\x00-\x1f{_HIDDEN}]")
_HALVES = re.compile(f"[{_SURROGATES}]")
_HIDDEN_IN_JSON = re.compile(f"[{_HIDDEN}]")
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def legible(text: str) -> str:
    """The text on one line: every character that is not shown, or that changes how others are, is escaped.

    A line end becomes ``\\n``, the escape character ``\\x1b``, an override of direction ``\\u202e``, and a
    byte of a file name that is no UTF-8 (PEP 383) ``\\xe9``.
    """
    return _ILLEGIBLE.sub(_escape, text)


def legible_lines(text: str) -> str:
    """The same for a text of several lines: its line ends stay."""
    return "\n".join(map(legible, text.split("\n")))


def join_names(names: Sequence[str]) -> str:
    """ "hat", "hat and hair", "hat, hair and bag"; empty for none."""
    *most, last = names or ("",)
    return f"{', '.join(most)} and {last}" if most else last


def whole_characters(text: str) -> str:
    """The text as it is, but for halves of characters and bytes that are no UTF-8, which are escaped."""
    return _HALVES.sub(_escape, text)


def escape_json(text: str) -> str:
    """JSON text in which nothing is hidden: the same values, in characters that can be encoded and shown."""
    return _HIDDEN_IN_JSON.sub(lambda found: _json_escape(found[0]), text)


def _escape(found: re.Match[str]) -> str:
    letter = found[0]
    number = ord(letter)
    if 0xDC80 <= number <= 0xDCFF:  # a byte that Python could not decode
        number -= 0xDC00
    if letter in _SHORT:
        return _SHORT[letter]
    if number > 0xFFFF:
        return f"\\U{number:08x}"
    return f"\\u{number:04x}" if number > 0xFF else f"\\x{number:02x}"


def _json_escape(letter: str) -> str:
    halves = letter.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{halves[i : i + 2].hex()}" for i in range(0, len(halves), 2))


_LONGEST = 80
_SHOWN = 3


def quote_name(name: object) -> str:
    """The name with everything illegible escaped (line ends, terminal codes, halves of a character) and
    what goes beyond 80 characters cut; of what is neither a text nor a small number, its type."""
    is_small = isinstance(name, int) and abs(name) < 10**18
    text = name[: _LONGEST + 1] if isinstance(name, str) else str(name) if is_small else type(name).__name__
    shown = legible(text)
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "..."


def quote_names(names: Iterable[object], *, shown: int = _SHOWN) -> str:
    """The first few names; "..." at the end where there are more."""
    first = list(islice(iter(names), shown + 1))
    return ", ".join(map(quote_name, first[:shown])) + (", ..." if len(first) > shown else "")


def count(things: Collection[object] | int, noun: str) -> str:
    """The number with its noun: "1 tensor", "1,024 tensors"."""
    number = things if isinstance(things, int) else len(things)
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
