"""The fit as a walk: what it leaves in the folder, and what it refuses."""

from __future__ import annotations

import inspect
import json
import logging
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import attrimeter
from attrimeter.cli.fit import fit as command
from attrimeter.errors import DatasetError, SettingsError
from attrimeter.interpreter import FORMS, Interpreter, open_interpreter
from attrimeter.schemas import SCHEMAS
from attrimeter.workflows import fitting

SMALL = {
    "form": "exact", "hidden": 8, "epochs": 2, "batch_images": 16, "validation_share": 0.3, "trust": False,
    "device": "cpu",
}  # fmt: skip
MAPS = [
    (name, trunk)
    for name, form in FORMS.items()
    if form.fitted_on == "labelled images"
    for trunk in form.trunks
]


def fit(target_file: Path, data: Any, out: Path, **changes: Any) -> Interpreter:
    return attrimeter.fit(target_file, data, out=out, **{**SMALL, "cache": out.parent / "maps", **changes})


def test_the_command_has_the_same_names_and_defaults() -> None:
    ours, theirs = (inspect.signature(function).parameters for function in (attrimeter.fit, command))
    assert set(ours) - set(theirs) == {"settings", "progress", "on_epoch"} and set(theirs) <= set(ours)
    assert {n: p.default for n, p in ours.items() if n in theirs} == {n: p.default for n, p in theirs.items()}


@pytest.mark.parametrize(("form", "trunk"), MAPS)
def test_the_folder_holds_the_interpreter_that_was_fitted(
    tiny_target_file: Path, rendered_set: Path, tmp_path: Path, form: str, trunk: str
) -> None:
    out = tmp_path / "run"
    fitted = fit(tiny_target_file, rendered_set, out, form=form, trunk=trunk)
    kept = open_interpreter(out, fitted.target)
    image = next((rendered_set / "query").glob("*.jpg"))
    assert torch.equal(kept.read_images([image]).parts, fitted.read_images([image]).parts)
    assert kept.baseline is not None and kept.facts == fitted.facts and kept.facts.trust is None
    assert len(json.loads((out / "history.json").read_text())) == 2
    assert {path.name for path in out.iterdir()} >= {"interpreter.json", "losses.png", "checkpoint.pt"}


def test_everybody_who_listens_is_told(
    tiny_target_file: Path, rendered_set: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    told: dict[str, list[Any]] = {"measuring": [], "fitting": [], "epoch": []}
    with caplog.at_level(logging.INFO, logger="attrimeter"):
        fit(
            tiny_target_file, rendered_set, tmp_path / "run", form="distilled", trunk="own",
            progress=lambda step: lambda done, total: told[step].append((done, total)),
            on_epoch=lambda report: told["epoch"].append(report.epoch),
        )  # fmt: skip
    assert told["measuring"][-1] == (64, 64) and told["epoch"] == [1, 2]
    assert told["fitting"][-1] == (len(told["fitting"]), len(told["fitting"]))
    said = [record.getMessage() for record in caplog.records]
    (number,) = [
        n for n, line in enumerate(said) if line.startswith("Fitting the distilled form (own trunk)")
    ]
    assert "for demo on 32 images of persons, by euclidean distance, on cpu." in said[number]
    (costs,) = [
        n
        for n, line in enumerate(said)
        if line.startswith("Interpreter and checkpoint, fitted for 2 epochs, take")
    ]
    assert re.search(r"epochs, take .*B and about \d+ seconds? in .*run .*free\)", said[costs])
    epochs = [n for n, line in enumerate(said) if re.match("epoch  [12]/2", line)]
    assert number < costs < epochs[0] and len(epochs) == 2


def test_a_trust_card_is_measured_where_the_attributes_are_rendered(
    tiny_target_file: Path, rendered_set: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(fitting, "add_trust", lambda *place, **settings: asked.append(settings))
    fit(tiny_target_file, rendered_set, tmp_path / "one", trust=True, epochs=1)
    assert len(asked) == 1 and "mark" not in asked[0]
    schema = replace(SCHEMAS["market1501"], name="few", attributes=SCHEMAS["market1501"].attributes[:3])
    data = attrimeter.open_dataset(rendered_set)
    few = replace(data, schema=schema, train=replace(data.train, labels=data.train.labels[:, :3].copy()))
    with caplog.at_level(logging.INFO, logger="attrimeter"):
        fit(tiny_target_file, few, tmp_path / "two", trust=True, epochs=1, validation_share=0.0)
    assert len(asked) == 1 and "No trust card" in caplog.text and "'few'" in caplog.text


@pytest.mark.parametrize(
    ("option", "change"),
    [
        ("cameras", {"cameras": (2, 3)}),
        ("schema", {"schema": "nonsense"}),
        ("layout", {"layout": "market1501"}),
        ("attributes", {"attributes": Path("a.mat")}),
        ("allow-unlabelled", {"allow_unlabelled": True}),
    ],
)
def test_options_of_data_need_data(option: str, change: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=f"^--{option} is about a data set, and none is named"):
        attrimeter.fit("t.pth", out=tmp_path / "run", **change)


def test_what_cannot_be_is_told_before_the_target_is_opened(rendered_set: Path, tmp_path: Path) -> None:
    nowhere, out = tmp_path / "t.pth", tmp_path / "run"
    for form, change, told in (
        ("magic", {}, "no form 'magic'"),
        ("exact", {}, "exact form is fitted on labelled images: name the data set"),
        ("counterfactual", {"scene": "dusk"}, "no scene 'dusk'"),
        ("counterfactual", {"trunk": "stolen"}, "no trunk 'stolen'"),
        ("counterfactual", {"hidden": 0}, "hidden must be"),
        ("exact", {"resume": True}, "no checkpoint in .*leave out --resume"),
    ):
        with pytest.raises(SettingsError, match=told):
            attrimeter.fit(nowhere, out=out, form=form, **change)  # type: ignore[arg-type]
    with pytest.raises(DatasetError):
        attrimeter.fit(nowhere, tmp_path, out=out, form="exact")
    assert not list(tmp_path.iterdir())


def test_labels_are_needed_and_cameras_choose_images(
    tiny_target_file: Path, rendered_set: Path, tmp_path: Path
) -> None:
    data = attrimeter.open_dataset(rendered_set)
    unlabelled = replace(data, train=replace(data.train, labels=np.full_like(data.train.labels, -1)))
    with pytest.raises(DatasetError, match="0 training identities"):
        fit(tiny_target_file, unlabelled, tmp_path / "run")
    assert not list(tmp_path.glob("run*"))
    fitted = fit(tiny_target_file, rendered_set, tmp_path / "run", cameras=(2, 3), epochs=1)
    assert fitted.facts.fit.data == "persons, cameras 2, 3"
    assert 0 < (fitted.facts.fit.images or 0) < 32
