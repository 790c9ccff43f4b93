"""``attrimeter explain --before`` and ``attrimeter calibrate --changes`` as they are typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from attrimeter.interpreter import InterpreterSettings, build_interpreter, save_interpreter
from attrimeter.interpreter.facts import Facts
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import open_target


@pytest.fixture
def folder(tiny_target_file: Path, tmp_path: Path) -> Path:
    torch.manual_seed(0)
    made = build_interpreter(
        open_target(tiny_target_file), SCHEMAS["market1501"], InterpreterSettings("counterfactual", hidden=8)
    )
    made.facts = Facts.model_validate(
        {"target": {"path": str(tiny_target_file), "profile": "demo", "metric": "euclidean"}}
    )
    save_interpreter(tmp_path / "run", made, target_name="demo")
    return tmp_path / "run"


def test_what_would_put_the_second_before_another(
    call: Any, folder: Path, rendered_set: Path, tmp_path: Path
) -> None:
    query, one, two = sorted((rendered_set / "query").glob("*.jpg"))[:3]
    distances = {}
    for image in (one, two):
        assert call("explain", query, image, "--interpreter", folder, "--json", tmp_path / "e.json").code == 0
        document = json.loads((tmp_path / "e.json").read_text())
        distances[image] = document["distance"]
        assert document["change"] is None, "nobody calibrated it"
    near, far = sorted(distances, key=lambda image: distances[image])
    words = ("--interpreter", folder, "--json", tmp_path / "e.json")
    answer = call("explain", query, far, "--before", near, *words)
    assert answer.code == 0 and near.name in " ".join(answer.out.split())
    change = json.loads((tmp_path / "e.json").read_text())["change"]
    assert change["turn"] == "swap" and change["rival"] == near.name
    assert change["threshold"] == pytest.approx(distances[near])
    refused = call("explain", query, near, "--before", far, *words)
    assert refused.code == 2 and "does not rank before" in refused.err
