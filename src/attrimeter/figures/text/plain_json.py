"""Values as JSON knows them."""

from __future__ import annotations

import math
from pathlib import PurePath
from typing import Any

from attrimeter.legible import whole_characters


def plain_json(value: Any) -> Any:
    """The value with texts for keys, lists for tuples, null in the place of NaN and infinity, and
    paths as text with forward slashes.

    Bytes of a file name that are no UTF-8 are written as ``\\xe9``, so that every reader of JSON takes them.
    """
    if isinstance(value, dict):
        return {whole_characters(str(key)): plain_json(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain_json(entry) for entry in value]
    if isinstance(value, str):
        return whole_characters(value)
    if isinstance(value, PurePath):
        return whole_characters(value.as_posix())
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value
