"""Reading JSON strictly: what two readers could understand in two ways is refused."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

from attrimeter.storage.reading import read_limited

LARGEST_JSON = 16 * 2**20
"""Bytes that a file of settings or an index has at most."""

_LONGEST_NUMBER = 1000


def read_json(path: str | os.PathLike[str], *, limit: int = LARGEST_JSON) -> Any:
    """The value in a regular file of at most ``limit`` bytes.

    Raises:
        OSError: the file cannot be read, or is larger.
        ValueError: as :func:`parse_json`.
    """
    return parse_json(read_limited(Path(path), limit))


def parse_json(data: bytes | str) -> Any:
    """The value in a text of UTF-8.

    Raises:
        ValueError: no JSON, a key twice in one object, a number that is not finite, half a character, or
            more levels than Python can hold. Its text is short.
    """
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        value = json.loads(
            text,
            object_pairs_hook=_no_key_twice,
            parse_int=_short,
            parse_float=_finite,
            parse_constant=_no_constant,
        )
        if "\\" in text:  # only an escape can make half a character
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    except UnicodeEncodeError:
        raise ValueError("it holds half a character") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON in line {error.lineno}") from None
    return value


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("it has a key twice")
    return found


def _short(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError("it holds a number that is too large")
    return int(text)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("it holds a number that is too large")
    return value


def _no_constant(text: str) -> Any:
    raise ValueError(f"it holds {text}, which is no number")
