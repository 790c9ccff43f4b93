"""``attrimeter calibrate`` and ``attrimeter evaluate --reweight`` as they are typed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import torch

from attrimeter.cli.main import run
from attrimeter.fitting.same_person import SamePersonSettings
from attrimeter.interpreter import InterpreterSettings, build_interpreter, save_interpreter
from attrimeter.interpreter.facts import Facts
from attrimeter.interpreter.folder import SAME_PERSON as FILE
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import open_target


@pytest.fixture
def folder(tiny_target_file: Path, tmp_path: Path) -> Path:
    target = open_target(tiny_target_file)
    torch.manual_seed(0)
    made = build_interpreter(target, SCHEMAS["market1501"], InterpreterSettings(form="exact", hidden=8))
    made.facts = Facts.model_validate(
        {"target": {"path": str(tiny_target_file), "profile": "demo", "metric": "euclidean"}}
    )
    save_interpreter(tmp_path / "run", made, target_name="demo")
    return tmp_path / "run"


def give(words: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "argv", ["attrimeter", *words])
    try:
        run()
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def test_from_nothing_to_a_ranking(
    folder: Path,
    rendered_set: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    maps = ["--cache", str(tmp_path / "maps")]
    assert give(["evaluate", str(folder), str(rendered_set), "--reweight", *maps], monkeypatch) == 2
    assert "attrimeter calibrate" in capsys.readouterr().err
    monkeypatch.setattr(
        "attrimeter.workflows.calibrating.SamePersonSettings",
        lambda **words: SamePersonSettings(**{"queries": 6, "hard": 4, "random": 4, **words}),
    )
    assert give(["calibrate", str(folder), str(rendered_set), *maps], monkeypatch) == 0
    (folder / FILE).write_bytes(b"of another time")  # is replaced, not read
    assert give(["calibrate", str(folder), str(rendered_set), *maps], monkeypatch) == 0
    said = capsys.readouterr().out
    assert "Calibrated on 8 training persons" in said and "--reweight" in said and (folder / FILE).is_file()
    assert give(["calibrate", str(folder), str(rendered_set), "--cameras", "1,2,3", *maps], monkeypatch) == 0
    assert "training persons of persons, cameras 1, 2, 3." in capsys.readouterr().out
    out = tmp_path / "scores.json"
    figure, page = tmp_path / "scores.png", tmp_path / "scores.html"
    words = ["evaluate", str(folder), str(rendered_set), "--reweight", "--json", str(out), *maps]
    assert give([*words, "--figure", str(figure), "--page", str(page)], monkeypatch) == 0
    said_out, said_err = capsys.readouterr()
    assert "same-person model" in said_out
    drawn = [figure, tmp_path / "scores-reliability.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in drawn)
    told = [line.removeprefix("wrote ") for line in said_err.splitlines() if line.startswith("wrote ")]
    assert told == [str(path) for path in (out, page, *drawn)]
    assert "How to read the diagram" in page.read_text()
    plain = json.loads(out.read_text())
    assert plain["reweighting"]["base"] == "cosine distance" and plain["retrieval"]


def test_changes_that_the_form_does_not_predict_are_refused_before_the_work(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(path.name for path in folder.iterdir())
    assert give(["calibrate", str(folder), str(tmp_path / "no-data"), "--changes"], monkeypatch) == 2
    assert "exact form does not predict what a change would do" in capsys.readouterr().err
    assert sorted(path.name for path in folder.iterdir()) == before
