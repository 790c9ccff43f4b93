"""Opening: an interpreter finds its target again, and says so when it cannot."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import attrimeter
from attrimeter.errors import DatasetError, InterpreterError
from attrimeter.workflows.fitting import fit, open_labelled
from attrimeter.workflows.opening import open_interpreter, open_target

SMALL: dict[str, Any] = {"form": "exact", "hidden": 8, "epochs": 1, "batch_images": 16, "trust": False}


@pytest.fixture
def run(tiny_target_file: Path, rendered_set: Path, tmp_path: Path) -> Path:
    target = tmp_path / "here.safetensors"
    shutil.copy(tiny_target_file, target)
    how = {"out": tmp_path / "run", "metric": "cosine", "cache": tmp_path / "maps"}
    fit(target, rendered_set, **SMALL, **how)
    return tmp_path / "run"


def test_an_interpreter_remembers_its_target_and_metric(run: Path) -> None:
    interpreter = attrimeter.open_interpreter(run)
    assert interpreter.target.metric == "cosine"
    again = attrimeter.open_interpreter(
        run, attrimeter.open_target(run.parent / "here.safetensors", metric="cosine")
    )
    assert again.target.fingerprint == interpreter.target.fingerprint


def test_what_was_chosen_is_remembered(tiny_target_file: Path, rendered_set: Path, tmp_path: Path) -> None:
    chosen = open_target(tiny_target_file, last_stride=2, input_size=(64, 64))
    fit(chosen, rendered_set, out=tmp_path / "run", cache=tmp_path / "maps", **SMALL)
    again = open_interpreter(tmp_path / "run").target
    assert again.fingerprint == chosen.fingerprint != open_target(tiny_target_file).fingerprint
    assert (again.profile.last_stride, again.profile.image_size) == (2, (64, 64))


def test_a_folder_of_before_there_were_choices_opens(run: Path) -> None:
    path = run / "interpreter.json"
    description = json.loads(path.read_text())
    for name in ("last_stride", "input_size"):
        del description["facts"]["target"][name]
    del description["seal"]
    path.write_text(json.dumps({**description, "format": 1}))
    assert open_interpreter(run).target.profile.image_size == (128, 64)


def test_a_target_that_moved_is_told(run: Path) -> None:
    (run.parent / "here.safetensors").rename(run.parent / "there.safetensors")
    with pytest.raises(InterpreterError, match="say where it is now"):
        open_interpreter(run)


def test_the_facts_of_a_fit_are_kept(run: Path, rendered_set: Path) -> None:
    facts = open_interpreter(run).facts
    data = open_labelled(rendered_set, strict=True)
    assert data is not None
    assert len(facts.distances.same) == 101
    assert facts.fit.images == len(data.train)
    assert len(facts.attributes.differs or ()) == len(data.schema or ())
    assert 0 <= facts.distances.different[0] <= facts.distances.different[100] <= 2


def test_a_data_set_without_labels_is_told(rendered_set: Path, tmp_path: Path) -> None:
    folder = tmp_path / "people" / "anna"
    folder.mkdir(parents=True)
    shutil.copy(next((rendered_set / "query").glob("*.jpg")), folder / "a.jpg")
    with pytest.raises(DatasetError, match="no attribute labels"):
        open_labelled(tmp_path / "people", strict=False)
