"""The ledger in squared units: sums of attributes by group, whatever the metric."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from attrimeter.benchmarking.squared import squared_contributions
from attrimeter.interpreter import InterpreterSettings, build_interpreter
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import open_target

SCHEMA = SCHEMAS["market1501"]


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize("form", ["distilled", "exact"])
def test_groups_and_other_sum_to_the_squared_distance(tiny_target_file: Path, form: str, metric: str) -> None:
    target = open_target(tiny_target_file, metric=metric)
    torch.manual_seed(2)
    interpreter = build_interpreter(target, SCHEMA, InterpreterSettings(form=form, hidden=8))
    pictures = list(np.random.default_rng(3).integers(0, 256, size=(6, 128, 64, 3), dtype=np.uint8))
    first, second = interpreter.read_images(pictures[:3]), interpreter.read_images(pictures[3:])
    with torch.no_grad():
        squares = squared_contributions(interpreter, first, second).numpy()
        ledger = interpreter.compare_pairs(first, second).numpy()
    assert squares.shape == (3, len(SCHEMA.groups) + 1)
    embeddings = target.embed_images(pictures).astype(np.float64)
    for row in range(3):
        square = float(((embeddings[row] - embeddings[3 + row]) ** 2).sum())
        assert squares[row].sum() == pytest.approx(square, rel=1e-4)
        unit = square / ledger[row].sum()
        for column, members in enumerate(SCHEMA.groups.values()):
            expected = unit * sum(ledger[row, index] for index in members)
            assert squares[row, column] == pytest.approx(expected, abs=1e-4 * square)
        assert squares[row, -1] == pytest.approx(unit * ledger[row, -1], abs=1e-4 * square)
