"""Real edits with rendered pictures in the place of real ones."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from attrimeter.benchmarking.real_edits import AVERAGE, RANDOM, score_real_edits
from attrimeter.benchmarking.real_images import edit_real_images
from attrimeter.benchmarking.real_pairs import pool_test_images
from attrimeter.benchmarking.true_shares import average_true_shares
from attrimeter.errors import InterpreterError
from attrimeter.interpreter import InterpreterSettings, build_interpreter
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import open_target
from attrimeter.workflows.opening import open_dataset

SCHEMA = SCHEMAS["market1501"]


def test_the_test_images_are_edited_and_the_average_stands_beside(
    tiny_target_file: Path, rendered_set: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("attrimeter.benchmarking.true_shares.SHARES_PAIRS", {"few": 4})
    target = open_target(tiny_target_file)
    torch.manual_seed(0)
    interpreter = build_interpreter(target, SCHEMA, InterpreterSettings("exact", hidden=8))
    dataset = open_dataset(rendered_set, schema=SCHEMA)
    found = edit_real_images(
        target, [("mine", interpreter)], dataset, pairs=3, cache=tmp_path, samples=20, workers=1
    )
    assert (found.data, found.located_by) == (dataset.name, "mine")
    shares = dict(zip(SCHEMA.groups, average_true_shares(target, cache=tmp_path).tolist(), strict=True))
    alone = score_real_edits(
        target, {"mine": interpreter}, pool_test_images(dataset), data=dataset.name, shares=shares,
        pairs=3, samples=20,
    )  # fmt: skip
    assert repr(found) == repr(alone)
    assert {"mine", AVERAGE, RANDOM} == set(found.groups["upper colour"].predictions)


def test_an_interpreter_is_needed(tiny_target_file: Path, rendered_set: Path, tmp_path: Path) -> None:
    dataset = open_dataset(rendered_set, schema=SCHEMA)
    with pytest.raises(InterpreterError, match="name at least one"):
        edit_real_images(open_target(tiny_target_file), [], dataset, cache=tmp_path)
    assert not list(tmp_path.iterdir())
