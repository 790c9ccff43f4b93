"""An evaluation as JSON for other programs."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from attrimeter.values import Evaluation


def evaluation_to_json(evaluation: Evaluation) -> dict[str, Any]:
    """The evaluation as a dictionary of plain JSON values under the names of :class:`Evaluation`.

    All numbers are kept as they are; what is not known (NaN, infinity) is null.
    """
    return {"document": "attrimeter.evaluation", "version": 1, **_plain(asdict(evaluation))}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value
