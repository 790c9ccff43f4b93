"""What a person sees of a fit: announcements, a line per epoch, and where things are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from attrimeter.cli.fit_display import FitDisplay, epoch_line, tell_skipped
from attrimeter.datasets import open_dataset
from attrimeter.fitting.epoch_fit import EpochReport
from attrimeter.interpreter import InterpreterSettings
from attrimeter.interpreter.forms.fit_settings import EditFitSettings
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import open_target
from attrimeter.values import Skipped


def make_report(validation: Mapping[str, float], *, is_best: bool = False) -> EpochReport:
    return EpochReport(3, 12, {"total": 1.25, "share": 0.5}, validation, is_best, 43.4)


def test_an_epoch_is_a_line() -> None:
    line = epoch_line(make_report({"relative_error": 0.4321, "leak": 0.05}, is_best=True))
    assert line == (
        "epoch  3/12  total 1.250  share 0.500  | held out: relative error 0.432  leak 0.050  43 s"
        "  (best so far)"
    )
    line = epoch_line(make_report({"ex_map_d": 61.23, "other": 8.0, "gap": 1.0}))
    assert line.endswith("| held out: Ex_mAP_d 61.2 %  other share 8.0 %  gap 1.0 %  43 s")
    assert "held out" not in epoch_line(make_report({}))


def test_what_is_fitted_on_what(
    tiny_target_file: Path, rendered_set: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target, data = open_target(tiny_target_file, metric="cosine"), open_dataset(rendered_set)
    with FitDisplay(Path("runs/one")) as display:
        display.announce_edits(target, None, EditFitSettings(pairs=12))
        display.announce_edits(target, data, EditFitSettings(pairs=12))
        display.announce(target, data, InterpreterSettings(form="distilled", trunk="own"))
        display.tell_unmeasured(SCHEMAS["dukemtmc"])
        display.conclude()
    said = capsys.readouterr()
    lines = said.err.splitlines()
    assert said.out == ""
    assert "for demo on 12 rendered edit pairs, by cosine distance, on cpu." in lines[0]
    assert f"on 12 rendered edit pairs and 32 images of {data.name}, by cosine" in lines[1]
    assert f"the distilled form (own trunk) for demo on 32 images of {data.name}" in lines[2]
    assert lines[3].startswith("No trust card") and "'dukemtmc'" in lines[3]
    assert "runs/one/losses.png" in lines[4]
    assert lines[5] == "Next: attrimeter explain A.jpg B.jpg --interpreter runs/one"


def test_the_listener_shows_epochs_and_skipped_files(capsys: pytest.CaptureFixture[str]) -> None:
    with FitDisplay(Path("runs/one")) as display:
        listener = display.listener
        assert listener.on_epoch and listener.on_maps and listener.on_batch and listener.on_skipped
        listener.on_maps(1, 2)
        listener.on_batch(2, 2)
        listener.on_epoch(make_report({}))
        listener.on_skipped((Skipped(Path("a.jpg"), "it is empty"),))
    said = capsys.readouterr().err
    assert "epoch  3/12" in said and "skipped a.jpg: it is empty" in said


def test_of_many_skipped_files_the_first_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    tell_skipped(tuple(Skipped(Path(f"{number}.jpg"), "broken [red]") for number in np.arange(8)))
    lines = capsys.readouterr().err.splitlines()
    assert lines[:5] == [f"skipped {number}.jpg: broken [red]" for number in range(5)]
    assert lines[5:] == ["... and 3 more files."]
