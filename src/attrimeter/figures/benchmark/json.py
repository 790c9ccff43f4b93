"""A benchmark as JSON for other programs, and back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter, ValidationError

from attrimeter.errors import AttriMeterError
from attrimeter.figures.text.plain_json import plain_json
from attrimeter.values import Benchmark

_DOCUMENT, _VERSION = "attrimeter.benchmark", 1
_MAY_BE_MISSING = "curves"
"""The one field that is null where there is nothing, and not where a number is not known."""


def benchmark_to_json(benchmark: Benchmark) -> dict[str, Any]:
    """The benchmark as a dictionary of plain JSON values under the names of :class:`Benchmark`.

    All numbers are kept as they are; what is not known (NaN, infinity) is null.
    """
    return {"document": _DOCUMENT, "version": _VERSION, **plain_json(asdict(benchmark))}


def benchmark_from_json(document: Mapping[str, Any]) -> Benchmark:
    """The benchmark that :func:`benchmark_to_json` wrote, number by number; null is NaN again.

    Raises:
        AttriMeterError: it is another document, or a field is missing or damaged.
    """
    written = document if isinstance(document, Mapping) else {}
    if (written.get("document"), written.get("version")) != (_DOCUMENT, _VERSION):
        raise AttriMeterError(
            f"This is not a benchmark in version {_VERSION}; give what 'attrimeter benchmark --json' wrote."
        )
    try:
        return TypeAdapter(Benchmark).validate_python(_known(dict(written)))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise AttriMeterError(
            f"The benchmark is damaged at {place!r} ({first['msg']}); write it again with "
            "'attrimeter benchmark --json'."
        ) from error


def _known(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: None if entry is None and key == _MAY_BE_MISSING else _known(entry)
            for key, entry in value.items()
        }
    if isinstance(value, list):
        return [_known(entry) for entry in value]
    return math.nan if value is None else value
