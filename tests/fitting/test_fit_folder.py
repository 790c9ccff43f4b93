"""Fits that are broken off at every one of their writes end, once resumed, as if nothing had happened."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from attrimeter.errors import FitError, InterpreterError, SettingsError, StorageError
from attrimeter.fitting import fit_folder, preparing
from attrimeter.fitting.edit_fit import EditFit
from attrimeter.fitting.epoch_fit import EpochFit
from attrimeter.fitting.epoch_report import EpochReport
from attrimeter.fitting.image_fit import ImageFit
from attrimeter.interpreter import Interpreter, open_interpreter
from attrimeter.interpreter.facts import Facts
from attrimeter.interpreter.folder import add_facts, read_description
from attrimeter.interpreter.forms.fit_settings import EditFitSettings
from attrimeter.storage import lock_folder
from attrimeter.targets import Target, open_target
from attrimeter.values import Score
from attrimeter.values.trust import TrustCard
from attrimeter.workflows import fitting
from storage.faults import kill_before_write, snapshots

Fit = Callable[..., Interpreter]
EPOCHS = 2
TRUST = TrustCard("measured", 40, *[Score(0.5, 0.4, 0.6)] * 3, groups={}, residuals={}, words=())


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def target(tiny_target_file: Path) -> Target:
    return open_target(tiny_target_file)


@pytest.fixture(params=["exact", "counterfactual"])
def fit(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    target: Target,
    rendered_set: Path,
    cache: Path,
) -> Fit:
    """Fit the form of this case into a folder; drawing the losses is not what is looked at here."""
    monkeypatch.setattr(fit_folder, "draw_losses", lambda history: [row["epoch"] for row in history])
    monkeypatch.setattr(fit_folder, "save_figure", lambda path, epochs: fit_folder.write_json(path, epochs))
    monkeypatch.setattr(preparing, "FAMILIES", 3)

    common: dict[str, Any] = {"hidden": 8, "cache": cache, "workers": 1, "trust": False, "mirrored": False}

    def edits(out: Path, **changes: Any) -> Interpreter:
        settings = EditFitSettings(pairs=36, epochs=EPOCHS, batch_families=2, validation_share=0.34)
        return fitting.fit(target, out=out, settings=settings, **common, **changes)

    def maps(out: Path, **changes: Any) -> Interpreter:
        words = {"form": "exact", "epochs": EPOCHS, "batch_images": 16, "validation_share": 0.3, **changes}
        return fitting.fit(target, rendered_set, out=out, **common, **words)

    return maps if request.param == "exact" else edits


def left(folder: Path) -> dict[str, Any]:
    """What a fit left in its folder, but for times."""
    history = json.loads((folder / "history.json").read_text())
    return {
        "files": sorted(path.name for path in folder.iterdir()),
        "interpreter": (folder / "interpreter.json").read_text(),
        "losses": (folder / "losses.png").read_text(),
        "history": [{name: value for name, value in row.items() if name != "seconds"} for row in history],
    }


def test_a_fit_killed_at_any_write_and_resumed_leaves_what_an_unbroken_one_leaves(
    fit: Fit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unbroken, broken = tmp_path / "unbroken", tmp_path / "broken"
    fit(tmp_path / "warm")  # what is measured is in the cache
    written = snapshots(monkeypatch, lambda: fit(unbroken), unbroken, broken)
    expected = left(unbroken)
    assert written.count("checkpoint.pt") == EPOCHS and expected == left(tmp_path / "warm")
    for number in range(len(written)):
        folder = broken / str(number)
        fit(folder, resume=(folder / "checkpoint.pt").is_file())
        assert left(folder) == expected, f"killed before write {number} of {written}"


def test_a_fit_that_is_resumed_and_killed_again_and_again_ends_the_same(
    fit: Fit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, unbroken = tmp_path / "broken", tmp_path / "unbroken"
    fit(unbroken)
    kill_before_write(monkeypatch, 5, lambda: fit(folder))
    assert (folder / "checkpoint.pt").is_file()
    for number in (1, 3, 7):  # an interpreter, a history and a checkpoint that are made anew
        kill_before_write(monkeypatch, number, lambda: fit(folder, resume=True))
    fit(folder, resume=True)
    assert left(folder) == left(unbroken)


def test_resuming_after_the_last_epoch_keeps_the_facts_and_heals_the_folder(fit: Fit, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    fitted = fit(folder)
    add_facts(folder, fitted, Facts(trust=TRUST))
    before = left(folder)
    fit(folder, resume=True)
    assert left(folder) == before
    (folder / "interpreter.json").unlink()
    next(folder.glob("weights-*")).unlink()
    (folder / "losses.png").write_text("of another fit")
    fit(folder, resume=True)
    healed = left(folder)
    assert healed["files"] == before["files"] and healed["losses"] == before["losses"]
    healed_facts = read_description(folder).facts.completed(Facts(trust=TRUST))
    assert healed_facts.to_dict() == json.loads(before["interpreter"])["facts"]


@pytest.mark.parametrize("used", [False, True])
def test_a_diverged_fit_ends_in_a_sentence_and_passes_nothing_off_as_its_own(
    fit: Fit, tmp_path: Path, used: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, descend = tmp_path / "run", EpochFit.descend
    if used:
        fit(folder, seed=3)
    monkeypatch.setattr(EpochFit, "descend", lambda fit, loss, terms: descend(fit, loss * math.inf, terms))
    before = (folder / "interpreter.json").read_bytes() if used else None
    found = "the one in .*run is that of an earlier fit" if used else r"No interpreter was written\.$"
    with pytest.raises(FitError, match=rf"diverged in epoch 1: .*rate below 0\.001\. .*{found}"):
        fit(folder, learning_rate=0.001)
    assert ((folder / "interpreter.json").read_bytes() if used else None) == before


def test_a_fit_that_diverges_later_keeps_the_last_good_epoch(
    fit: Fit, tmp_path: Path, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"
    descend = EpochFit.descend

    def explode(self: EpochFit[Any], loss: torch.Tensor, terms: Any) -> dict[str, float]:
        return descend(self, loss * float("nan") if self.epochs_done == EPOCHS else loss, terms)

    monkeypatch.setattr(EpochFit, "descend", explode)
    with pytest.raises(FitError, match=rf"diverged in epoch {EPOCHS + 1}.*is that of epoch \d, the best"):
        fit(folder, epochs=EPOCHS + 1)
    assert open_interpreter(folder, target).facts.fit.epoch in range(1, EPOCHS + 1)


def test_a_score_that_is_none_ends_the_fit(fit: Fit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in (EditFit, ImageFit):
        monkeypatch.setattr(kind, "validate", lambda self: {self.CHOSEN_BY: float("nan")})
    with pytest.raises(SettingsError, match="gives no score .*--validation-share"):
        fit(tmp_path / "run")
    assert not list(tmp_path.glob("run/*"))


def test_a_folder_that_is_being_fitted_is_refused(fit: Fit, tmp_path: Path) -> None:
    told: list[str] = []

    def second() -> None:
        with pytest.raises(StorageError) as refused:
            fit(tmp_path / "run")
        told.append(str(refused.value))

    with lock_folder(tmp_path / "run", "an interpreter is being fitted"):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert "in use: an interpreter is being fitted" in told[0]


def test_facts_are_not_added_to_another_interpreter(fit: Fit, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    first = fit(folder)
    fit(folder, seed=7)
    with pytest.raises(InterpreterError, match="fitted anew while this one was measured"):
        add_facts(folder, first, Facts(trust=TRUST))
    assert read_description(folder).facts.trust is None


def test_an_epoch_is_a_line() -> None:
    def report(validation: dict[str, float], *, is_best: bool = False) -> EpochReport:
        return EpochReport(3, 12, {"total": 1.25, "share": 0.5}, validation, is_best, 43.4)

    assert fit_folder.epoch_line(report({"relative_error": 0.4321, "leak": 0.05}, is_best=True)) == (
        "epoch  3/12  total 1.250  share 0.500  | held out: relative error 0.432  leak 0.050  43 s"
        "  (best so far)"
    )
    line = fit_folder.epoch_line(report({"ex_map_d": 61.23, "other": 8.0, "gap": 1.0}))
    assert line.endswith("| held out: Ex_mAP_d 61.2 %  other share 8.0 %  gap 1.0 %  43 s")
    assert "held out" not in fit_folder.epoch_line(report({}))
