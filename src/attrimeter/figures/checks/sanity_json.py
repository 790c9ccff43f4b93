"""Sanity checks as JSON for other programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from attrimeter.figures.text.plain_json import plain_json
from attrimeter.values.sanity import SanityFindings


def sanity_to_json(findings: SanityFindings) -> dict[str, Any]:
    """The checks under the names of :class:`SanityFindings`, with ``times_worse`` and ``holds``.

    All numbers are kept as they are; what is not known (NaN) or was not checked is null.
    """
    derived = {"times_worse": findings.times_worse, "holds": findings.holds()}
    return {"document": "attrimeter.sanity", "version": 1, **plain_json({**asdict(findings), **derived})}
