"""The findings on planted targets as JSON for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from attrimeter.figures.text.plain_json import plain_json
from attrimeter.values.planted import PlantedFinding


def planted_to_json(findings: Sequence[PlantedFinding]) -> dict[str, Any]:
    """The findings under the names of :class:`PlantedFinding`, and of each line whether it ``holds``.

    All numbers are kept as they are; what is not known (NaN) is null.
    """
    return {
        "document": "attrimeter.planted",
        "version": 1,
        "findings": [_finding_to_json(finding) for finding in findings],
    }


def _finding_to_json(finding: PlantedFinding) -> Any:
    lines = [{**asdict(line), "holds": finding.holds(line.found)} for line in finding.lines]
    return plain_json({**asdict(finding), "lines": lines})
