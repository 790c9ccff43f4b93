"""Checked counterfactual answers as JSON for other programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from attrimeter.figures.text.plain_json import plain_json
from attrimeter.values.changes import ChangeFindings


def changes_to_json(findings: ChangeFindings) -> dict[str, Any]:
    """The findings under the names of :class:`ChangeFindings`; what is not known (NaN) is null."""
    return {"document": "attrimeter.changes", "version": 1, **plain_json(asdict(findings))}
