"""The command translates its words; the fit that it asks for is replaced by one that only remembers."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from attrimeter.cli.command import Command
from attrimeter.cli.fit import fit
from attrimeter.cli.stopping import GO_ON, START_AGAIN, Stopped
from attrimeter.errors import SettingsError
from attrimeter.interpreter import FORMS
from attrimeter.workflows import fitting

PUBLIC = inspect.signature(fitting.fit).parameters
HANDLES = {"settings", "progress", "on_epoch"}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the fit was asked for."""
    seen: dict[str, Any] = {}

    def remember(target: Any, data: Any, **words: Any) -> None:
        seen.update(target=target, data=data, **words)

    monkeypatch.setattr(fitting, "fit", remember)
    return seen


def give(*words: object) -> Any:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command(cls=Command)(fit)
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_target_alone_is_enough_and_asks_for_what_is_usual(asked: dict[str, Any]) -> None:
    told = give("target.pth", "--out", "runs/one")
    assert told.exit_code == 0, told.output
    usual = {name: parameter.default for name, parameter in PUBLIC.items() if name not in HANDLES}
    found = {name: value for name, value in asked.items() if name not in HANDLES}
    assert found == {**usual, "target": Path("target.pth"), "out": Path("runs/one")}
    assert "runs/one/losses.png" in told.output
    assert told.output.splitlines()[-1] == "Next: attrimeter explain A.jpg B.jpg --interpreter runs/one"


def test_every_word_is_handed_on(asked: dict[str, Any], tmp_path: Path) -> None:
    told = give(
        "own.models:build", "streets", "--out", "runs/one", "--pairs", 500, "--epochs", 2, "--learning-rate",
        0.01, "--seed", 4, "--hidden", 32, "--mark", "--shuffled", "--no-trust", "--resume", "--cache",
        tmp_path, "--profile", "demo", "--metric", "cosine", "--device", "cpu", "--schema", "s.yaml",
        "--attributes", "a.mat", "--layout", "csv", "--allow-unlabelled", "--cameras", "1,2", "--scene",
        "night", "--form", "exact", "--trunk", "own", "--batch-images", 32, "--validation-share", 0.2,
        "--no-mirrored", "--weights", "w.pth", "--last-stride", 2, "--input-size", "64x32", "--workers", 3,
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    assert {name: value for name, value in asked.items() if name not in HANDLES} == {
        "target": Path("own.models:build"), "data": Path("streets"), "out": Path("runs/one"), "pairs": 500,
        "epochs": 2, "learning_rate": 0.01, "seed": 4, "hidden": 32, "mark": True, "shuffled": True,
        "trust": False, "resume": True, "cache": tmp_path, "profile": "demo", "metric": "cosine",
        "device": "cpu", "schema": "s.yaml", "attributes": Path("a.mat"), "layout": "csv",
        "allow_unlabelled": True, "cameras": (1, 2), "scene": "night", "form": "exact", "trunk": "own",
        "batch_images": 32, "validation_share": 0.2, "mirrored": False, "weights": Path("w.pth"),
        "last_stride": 2, "input_size": (64, 32), "workers": 3,
    }  # fmt: skip
    assert told.output.rstrip().endswith("--interpreter runs/one --target own.models:build")


@pytest.mark.parametrize(
    ("words", "epochs", "said"), [((), 0, START_AGAIN), ((), 1, GO_ON), (("--resume",), 0, GO_ON)]
)
def test_a_fit_that_is_stopped_says_how_it_goes_on(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], epochs: int, said: str
) -> None:
    def stop(*words: Any, on_epoch: Any, **others: Any) -> None:
        for _ in range(epochs):
            on_epoch(None)
        raise KeyboardInterrupt

    monkeypatch.setattr(fitting, "fit", stop)
    with pytest.raises(Stopped) as told:
        give("target.pth", "--out", "runs/one", *words)
    assert told.value.sentence == said


def test_the_help_names_every_form() -> None:
    assert all(name in give("--help").output for name in FORMS)


def test_an_unknown_form_is_told_before_anything_is_opened() -> None:
    told = give("target.pth", "--out", "runs/one", "--form", "magic")
    assert isinstance(told.exception, SettingsError)
    assert "choose from counterfactual, exact, distilled" in str(told.exception)
