"""How well an interpreter does on held-out training identities while it is being fitted."""

from __future__ import annotations

import numpy as np
import torch

from attrimeter.arrays import Array
from attrimeter.caching.cached_maps import LAYERS
from attrimeter.evaluation_mode import evaluation_mode
from attrimeter.fitting.fit_data import FitData
from attrimeter.interpreter import ImageReading, Interpreter, join_readings
from attrimeter.losses import distillation_gap
from attrimeter.metrics import compare_labels, score_pairs

MOST_IMAGES = 600


@torch.no_grad()
def read_rows(interpreter: Interpreter, data: FitData, rows: Array, *, batch: int = 128) -> ImageReading:
    """Read the images ``rows`` of ``data`` from their cached maps, in eval mode; at least one row."""
    device = interpreter.target.device
    readings = []
    with evaluation_mode(interpreter.network):
        for start in range(0, len(rows), batch):
            part = rows[start : start + batch]
            sides = np.zeros(len(part), dtype=np.int64)
            last, shallow = (data.batch_maps(part, sides, layer).to(device) for layer in LAYERS)
            readings.append(interpreter.read_maps(last, shallow))
    return join_readings(readings)


@torch.no_grad()
def validate_interpreter(interpreter: Interpreter, data: FitData, rows: Array) -> dict[str, float]:
    """Scores over the different-person pairs of at most 600 of the images ``rows``.

    Returns:
        "ex_map_d", "other" (mean share of other) and where the form has one "gap", all in percent; empty
        without rows or pairs.
    """
    rows = rows[np.linspace(0, len(rows) - 1, min(len(rows), MOST_IMAGES)).astype(int)] if len(rows) else rows
    if len(np.unique(data.images.identities[rows])) < 2:
        return {}
    reading = read_rows(interpreter, data, rows)
    identities = data.images.identities[rows]
    first, second = np.triu_indices(len(rows), k=1)
    different = identities[first] != identities[second]
    first, second = first[different], second[different]
    components = interpreter.compare_all(reading, reading)[
        torch.from_numpy(first), torch.from_numpy(second)
    ].cpu()
    labels = torch.from_numpy(data.images.labels[rows])
    differs, known = compare_labels(labels[first], labels[second])
    attributes = labels.shape[1]
    scores = score_pairs(components[:, :attributes], differs, known=known)
    distances = components.sum(dim=1)
    found = {
        "ex_map_d": 100 * float(np.nanmean(scores.average_precision_exclusive)),
        "other": 100 * float((components[:, -1] / distances.clamp(min=1e-9)).mean()),
    }
    if interpreter.form.has_gap:
        gap = distillation_gap(distances, components[:, :attributes] * attributes)
        found["gap"] = 100 * float(gap.nanmean())
    return found
