"""An evaluation as JSON for other programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from attrimeter.figures.text.plain_json import plain_json
from attrimeter.values import Evaluation


def evaluation_to_json(evaluation: Evaluation) -> dict[str, Any]:
    """The evaluation as a dictionary of plain JSON values under the names of :class:`Evaluation`.

    All numbers are kept as they are; what is not known (NaN, infinity) is null. Without a re-weighting there
    is no entry of it.
    """
    plain = plain_json(asdict(evaluation))
    if evaluation.reweighting is None:
        del plain["reweighting"]
    return {"document": "attrimeter.evaluation", "version": 1, **plain}
