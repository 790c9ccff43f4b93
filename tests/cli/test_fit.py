"""The command translates its words; the plan that it makes is replaced by one that only remembers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from attrimeter.cli.fit import fit
from attrimeter.cli.fit_plan import FitPlan
from attrimeter.errors import SettingsError
from attrimeter.interpreter.forms.fit_settings import EditFitSettings, ImageFitSettings
from cli.fake_target import open_fake


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What was opened, and what the plan was run with."""
    seen: dict[str, Any] = {}

    def run(self: FitPlan, target: Any, data: Any, display: Any) -> None:
        seen.update(plan=self, target=target, data=data)

    monkeypatch.setattr(FitPlan, "run", run)
    monkeypatch.setattr("attrimeter.workflows.opening.open_target", open_fake)
    monkeypatch.setattr("attrimeter.datasets.understanding.say_understood", lambda dataset: None)
    monkeypatch.setattr("attrimeter.cli.fit_plan.open_labelled", lambda root, **settings: (root, settings))
    return seen


def give(*words: object) -> Any:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(fit)
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_target_alone_is_enough(asked: dict[str, Any]) -> None:
    told = give("target.pth", "--out", "runs/one")
    assert told.exit_code == 0, told.output
    assert asked["target"] == (
        Path("target.pth"),
        {
            "weights": None,
            "profile": None,
            "metric": None,
            "last_stride": None,
            "input_size": None,
            "device": "auto",
        },
    )
    assert asked["data"] is None
    assert asked["plan"] == FitPlan(
        out=Path("runs/one"),
        target_path=Path("target.pth"),
        form="counterfactual",
        trunk="frozen",
        hidden=None,
        cache=None,
        resume=False,
        trust=True,
        settings=EditFitSettings(),
    )


def test_words_become_the_settings_of_a_fit_on_edits(asked: dict[str, Any], tmp_path: Path) -> None:
    told = give(
        "target.pth", "streets", "--out", "runs/one", "--pairs", 500, "--epochs", 2, "--learning-rate", 0.01,
        "--seed", 4, "--hidden", 32, "--mark", "--shuffled", "--no-trust", "--resume", "--cache", tmp_path,
        "--profile", "demo", "--metric", "cosine", "--device", "cpu", "--schema", "s.yaml",
        "--attributes", "a.mat", "--layout", "csv", "--allow-unlabelled", "--cameras", "1,2",
            "--scene", "night",
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    plan = asked["plan"]
    assert plan.settings == EditFitSettings(
        pairs=500, epochs=2, learning_rate=0.01, seed=4, mark=True, shuffled=True, scene="night"
    )
    assert (plan.hidden, plan.trust, plan.resume, plan.cache) == (32, False, True, tmp_path)
    assert asked["target"][1] == {
        "weights": None,
        "profile": "demo",
        "metric": "cosine",
        "last_stride": None,
        "input_size": None,
        "device": "cpu",
    }
    opened = {
        "schema": "s.yaml",
        "attributes": Path("a.mat"),
        "layout": "csv",
        "cameras": (1, 2),
        "strict": False,
    }
    assert asked["data"] == (Path("streets"), opened)


def test_words_become_the_settings_of_a_fit_on_labels(asked: dict[str, Any]) -> None:
    words = ("target.pth", "streets", "--out", "runs/one", "--form", "exact")
    assert give(*words).exit_code == 0
    assert asked["plan"].settings == ImageFitSettings()
    told = give(
        *words,
        "--trunk",
        "own",
        "--batch-images",
        32,
        "--validation-share",
        0.2,
        "--no-mirrored",
        "--epochs",
        3,
    )
    assert told.exit_code == 0, told.output
    assert asked["plan"].settings == replace(
        ImageFitSettings(), batch_images=32, validation_share=0.2, mirrored=False, epochs=3
    )
    assert (asked["plan"].form, asked["plan"].trunk) == ("exact", "own")
    assert asked["data"][1]["strict"] is True


def test_an_unknown_form_is_told_before_anything_is_opened(asked: dict[str, Any]) -> None:
    told = give("target.pth", "--out", "runs/one", "--form", "magic")
    assert isinstance(told.exception, SettingsError)
    assert "choose from counterfactual, exact, distilled" in str(told.exception) and asked == {}
