"""Scores on held-out identities against a loop over pairs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from attrimeter.datasets import open_dataset
from attrimeter.fitting.fit_data import prepare_fit_data
from attrimeter.fitting.validation import validate_interpreter
from attrimeter.interpreter import InterpreterSettings, build_interpreter
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import open_target


@pytest.mark.parametrize("form", ["distilled", "exact"])
def test_scores_are_the_loop_over_different_pairs(
    tiny_target_file: Path, rendered_set: Path, tmp_path: Path, form: str
) -> None:
    target, schema = open_target(tiny_target_file), SCHEMAS["market1501"]
    torch.manual_seed(2)
    interpreter = build_interpreter(target, schema, InterpreterSettings(form=form, hidden=8))
    data = prepare_fit_data(
        open_dataset(rendered_set).train,
        target,
        schema,
        cache=tmp_path,
        mirrored=False,
        with_parts=False,
    )
    rows = np.arange(0, len(data.images), 3)
    found = validate_interpreter(interpreter, data, rows)
    images = data.images.take(rows)
    reading = interpreter.read_images(list(images.paths))
    precisions, others = [], []
    for i in range(len(rows)):
        for j in range(i + 1, len(rows)):
            if images.identities[i] == images.identities[j]:
                continue
            pair = interpreter.compare_all(reading, reading)[i, j].detach().numpy()
            others.append(pair[-1] / pair.sum())
            differs = images.labels[i] != images.labels[j]
            ranks = np.flatnonzero(differs[np.argsort(-pair[:-1], kind="stable")]) + 1
            if len(ranks):
                precisions.append(np.mean(np.arange(1, len(ranks) + 1) / ranks))
    assert found["ex_map_d"] == pytest.approx(100 * np.mean(precisions), rel=2e-2)
    assert found["other"] == pytest.approx(100 * np.mean(others), abs=0.5)
    assert ("gap" in found) == (form == "distilled")
    assert validate_interpreter(interpreter, data, rows[:0]) == {}
    assert validate_interpreter(interpreter, data, np.array([0, 1])) == {}
