"""The editing of photographs as JSON for other programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from attrimeter.figures.text.plain_json import plain_json
from attrimeter.values.real_edits import RealEditScores


def real_edits_to_json(scores: RealEditScores) -> dict[str, Any]:
    """The scores under the names of :class:`RealEditScores`; what is not known (NaN) is null."""
    return {"document": "attrimeter.photographs", "version": 1, **plain_json(asdict(scores))}
