"""Checkpoints and profiles as JSON for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from attrimeter.figures.text.plain_json import plain_json
from attrimeter.values.checkpoint_report import CheckpointReport, FamilyFacts


def report_to_json(report: CheckpointReport) -> dict[str, Any]:
    """The report as plain JSON values under the names of :class:`CheckpointReport`, and whether it opens."""
    head = {"document": "attrimeter.checkpoint", "version": 1, "opens": report.opens}
    return {**head, **plain_json(asdict(report))}


def targets_to_json(families: Sequence[FamilyFacts]) -> dict[str, Any]:
    """The families and their profiles as plain JSON values."""
    return {
        "document": "attrimeter.targets",
        "version": 1,
        "families": [plain_json(asdict(family)) for family in families],
    }
