"""The checks as commands: words become settings, and what does not go together is told."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from attrimeter.cli.benchmark import benchmark
from attrimeter.errors import SettingsError
from attrimeter.figures.checks.changes_json import changes_to_json
from attrimeter.figures.checks.planted_json import planted_to_json
from attrimeter.figures.checks.sanity_json import sanity_to_json
from cli.fake_target import open_fake
from figures.changes_examples import example_changes
from figures.check_examples import example_planted, example_sanity


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the workflows were asked for."""
    seen: dict[str, Any] = {}

    def check_sanity(target: Any, interpreter: Any, **settings: Any) -> Any:
        settings.pop("progress")("truth")(1, 2)
        seen.update(settings, target=target, interpreter=interpreter)
        return example_sanity()

    def check_planted(cases: Any, **settings: Any) -> Any:
        settings.pop("progress")("truth")(1, 2)
        seen.update(settings, cases=cases)
        return example_planted()

    def check_changes(target: Any, interpreter: Any, **settings: Any) -> Any:
        settings.pop("progress")("edits")(1, 2)
        seen.update(settings, target=target, interpreter=interpreter)
        return example_changes()

    workflows, checks = "attrimeter.workflows", "attrimeter.benchmarking"
    monkeypatch.setattr(f"{checks}.changes.check.check_changes", check_changes)
    monkeypatch.setattr(f"{checks}.sanity.check_sanity", check_sanity)
    monkeypatch.setattr(f"{checks}.planted.check_planted", check_planted)
    monkeypatch.setattr(f"{workflows}.planted_folder.open_planted", lambda folder, device: (folder, device))
    monkeypatch.setattr(f"{workflows}.opening.open_target", open_fake)
    monkeypatch.setattr(
        f"{workflows}.opening.open_interpreter",
        lambda folder, target: SimpleNamespace(name=folder.name, of=target[0]),
    )
    return seen


def give(*words: object) -> Any:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(benchmark)
    return CliRunner().invoke(app, [str(word) for word in words])


def test_sanity(asked: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "s.json"
    told = give(
        "target.pth", "runs/a", "--sanity", "--other-target", "other.pth", "--other-seed", "runs/b",
        "--other-seed", "runs/c", "--shuffled", "runs/d", "--pairs", 50, "--seed", 4, "--metric", "cosine",
        "--workers", 2, "--cache", tmp_path, "--json", file, "--device", "cpu",
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    assert "sanity checks came out as they must" in told.stdout
    assert max(len(line) for line in told.stdout.splitlines()) <= 100
    assert json.loads(file.read_text()) == sanity_to_json(example_sanity())
    assert f"wrote {file}" in told.stderr
    assert asked["other_target"] == (Path("other.pth"), {"metric": "cosine", "device": "cpu"})
    named = [asked["interpreter"], *asked["other_seeds"], asked["shuffled"]]
    assert [one.name for one in named] == ["a", "b", "c", "d"]
    assert {one.of for one in named} == {Path("target.pth")}
    assert asked["pairs"] == {"many": 50, "few": 25, "same": 12, "edited": 12}
    assert (asked["seed"], asked["workers"], asked["cache"]) == (4, 2, tmp_path)


def test_sanity_needs_nothing_but_an_interpreter(asked: dict[str, Any]) -> None:
    assert give("target.pth", "runs/a", "--sanity", "--quick").exit_code == 0
    assert asked["other_target"] is asked["shuffled"] is None and asked["other_seeds"] == []
    assert asked["pairs"] == {"many": 40, "few": 20, "same": 10, "edited": 10} and asked["workers"] is None


def test_planted(asked: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "p.json"
    told = give("--planted", tmp_path, "--seed", 2, "--json", file, "--device", "cpu")
    assert told.exit_code == 0, told.output
    assert "Accounts of planted targets: 2 of 3" in told.stdout
    assert max(len(line) for line in told.stdout.splitlines()) <= 100
    assert json.loads(file.read_text()) == planted_to_json(example_planted())
    assert asked == {"cases": (tmp_path, "cpu"), "pairs": 200, "seed": 2, "cache": None, "workers": None}
    assert give("--planted", tmp_path, "--pairs", 30).exit_code == 0 and asked["pairs"] == 30


def test_changes(asked: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "f.json"
    told = give(
        "target.pth", "runs/a", "--changes", "--pairs", 50, "--seed", 4, "--json", file, "--workers", 2
    )
    assert told.exit_code == 0, told.output
    assert "Counterfactual answers of up to 3 attributes" in told.stdout
    assert max(len(line) for line in told.stdout.splitlines()) <= 100
    assert json.loads(file.read_text()) == changes_to_json(example_changes())
    assert asked["interpreter"].name == "a" and (asked["seed"], asked["workers"]) == (4, 2)
    assert asked["pairs"]["many"] == 50 and asked["pairs"]["few"] == 25


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Name the checkpoint of a target"),
        (("target.pth", "--planted", "x"), "leave out target.pth"),
        (("--planted", "x", "--sanity"), "leave out --sanity"),
        (("--planted", "x", "--figure", "f.png"), "--figure is not for --planted"),
        (("target.pth", "a", "--sanity", "--ceiling"), "--ceiling is not for --sanity"),
        (("--planted", "folder", "--scene", "night"), "--scene is not for --planted"),
        (("target.pth", "a", "--shuffled", "b"), "--shuffled is for --sanity"),
        (("target.pth", "--sanity"), "checks one interpreter and was given 0"),
        (("target.pth", "a", "b", "--changes"), "--changes checks one interpreter and was given 2"),
        (("target.pth", "a", "--changes", "--sanity"), "ask for one at a time"),
        (("target.pth", "a", "--changes", "--ceiling"), "--ceiling is not for --changes"),
        (("--planted", "x", "--changes"), "leave out --changes"),
        (("target.pth", "a", "b", "--sanity"), "checks one interpreter and was given 2"),
    ],
)
def test_what_does_not_go_together(asked: dict[str, Any], words: tuple[str, ...], sentence: str) -> None:
    told = give(*words)
    assert isinstance(told.exception, SettingsError) and sentence in str(told.exception)
    assert asked == {}


def test_what_is_missing_is_one_sentence(
    call: Any, tiny_target_file: Path, fitted: Path, tmp_path: Path
) -> None:
    """The whole command line, up to the first thing that would take long."""
    for words, sentence in (
        (("--planted", tmp_path / "gone"), "There is no folder"),
        (("--planted", tmp_path), "holds no planted target"),
        ((tiny_target_file, tmp_path, "--sanity"), "not an interpreter folder"),
        ((tiny_target_file, fitted, "--sanity", "--other-target", tmp_path / "gone.pth"), "gone.pth"),
        ((tiny_target_file, fitted, "--sanity", "--shuffled", tmp_path), "not an interpreter folder"),
    ):
        answer = call("benchmark", *words)
        assert answer.code == 2 and answer.out == ""
        said = [line for line in answer.err.splitlines() if not line.startswith("Opened as demo: ")]
        assert len(said) == 1 and said[0].startswith("attrimeter: ") and sentence in said[0], answer.err
