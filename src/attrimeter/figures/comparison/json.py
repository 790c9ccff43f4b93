"""A comparison as JSON for other programs."""

from __future__ import annotations

from typing import Any

from attrimeter.figures.audit.json import plain_fields
from attrimeter.values.comparison import Comparison


def comparison_to_json(comparison: Comparison) -> dict[str, Any]:
    """The comparison, with both audits whole, as plain JSON values under the names of :class:`Comparison`.

    All numbers are kept as they are; what is not known (NaN, infinity) is null, and a picture is its path.
    """
    return {"document": "attrimeter.comparison", "version": 1, **plain_fields(comparison)}
