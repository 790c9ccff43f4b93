"""The checks as commands: words become settings, and what was found is shown and written."""

from __future__ import annotations

import json
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from attrimeter.cli.check import check
from attrimeter.figures import to_json
from attrimeter.values import Score
from attrimeter.values.planted import PlantedFindings
from attrimeter.values.real_edits import GroupEdits, PredictionScores, RealEditScores
from cli.fake_target import open_fake
from figures.changes_examples import example_changes
from figures.check_examples import example_planted, example_sanity


def open_fitted(folder: Path, target: Any = None, **how: Any) -> SimpleNamespace:
    """In place of ``open_interpreter``; how a target was named is seen in the target."""
    return SimpleNamespace(
        name=folder.name,
        target=target if how == {} else SimpleNamespace(named=target, metric="cosine", **how),
        form=SimpleNamespace(name="exact"),
        schema=f"schema of {folder.name}",
    )


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

    def edit_real_images(target: Any, interpreters: Any, dataset: Any, **settings: Any) -> Any:
        settings.pop("progress")("real edits")(1, 2)
        seen.update(settings, target=target, interpreters=interpreters, dataset=dataset)
        return example_real_edits()

    checks, workflow = "attrimeter.benchmarking", "attrimeter.workflows.checking"
    monkeypatch.setattr(f"{checks}.changes.check.check_changes", check_changes)
    monkeypatch.setattr(f"{checks}.real_images.edit_real_images", edit_real_images)
    monkeypatch.setattr(f"{workflow}.say_understood", lambda dataset: None)
    monkeypatch.setattr(f"{workflow}.open_dataset", lambda root, **how: (root, how))
    monkeypatch.setattr(f"{checks}.sanity.check_sanity", check_sanity)
    monkeypatch.setattr(f"{checks}.planted.check_planted", check_planted)
    monkeypatch.setattr(f"{workflow}.open_planted", lambda folder, device: (folder, device))
    monkeypatch.setattr(f"{workflow}.open_target", open_fake)
    for opening in (workflow, "attrimeter.workflows.benchmarking"):
        monkeypatch.setattr(f"{opening}.open_interpreter", open_fitted)
    return seen


def give(*words: object) -> Any:
    return CliRunner().invoke(check, [str(word) for word in words])


def test_sanity(asked: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "s.json"
    told = give(
        "sanity", "runs/a", "--target", "target.pth", "--other-target", "other.pth", "--other-seed", "runs/b",
        "--other-seed", "runs/c", "--shuffled", "runs/d", "--pairs", 50, "--seed", 4,
        "--workers", 2, "--cache", tmp_path, "--json", file, "--device", "cpu",
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    assert "sanity checks came out as they must" in told.stdout
    assert max(len(line) for line in told.stdout.splitlines()) <= 100
    assert file.read_text() == to_json(example_sanity())
    assert f"wrote {file}" in told.stderr
    assert asked["other_target"] == (Path("other.pth"), {"metric": "cosine", "device": "cpu"})
    named = [asked["interpreter"], *asked["other_seeds"], asked["shuffled"]]
    assert [one.name for one in named] == ["a", "b", "c", "d"]
    assert all(one.target is asked["target"] for one in named)
    assert asked["target"] == SimpleNamespace(
        named=Path("target.pth"), metric="cosine", weights=None, device="cpu"
    )
    assert asked["pairs"] == {"many": 50, "few": 25, "same": 12, "edited": 12}
    assert (asked["seed"], asked["workers"], asked["cache"]) == (4, 2, tmp_path)


def test_sanity_needs_nothing_but_an_interpreter(asked: dict[str, Any]) -> None:
    assert give("sanity", "runs/a", "--quick").exit_code == 0
    assert asked["other_target"] is asked["shuffled"] is None and asked["other_seeds"] == []
    assert asked["pairs"] == {"many": 40, "few": 20, "same": 10, "edited": 10} and asked["workers"] is None


def test_planted(asked: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "p.json"
    told = give("planted", tmp_path, "--seed", 2, "--json", file, "--device", "cpu")
    assert told.exit_code == 0, told.output
    assert "Attributions of planted targets: 2 of 3" in told.stdout
    assert max(len(line) for line in told.stdout.splitlines()) <= 100
    assert file.read_text() == to_json(PlantedFindings(example_planted()))
    assert asked == {"cases": (tmp_path, "cpu"), "pairs": 200, "seed": 2, "cache": None, "workers": None}
    assert give("planted", tmp_path, "--pairs", 30).exit_code == 0 and asked["pairs"] == 30


def test_changes(asked: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "f.json"
    told = give("changes", "runs/a", "--pairs", 50, "--seed", 4, "--json", file, "--workers", 2)
    assert told.exit_code == 0, told.output
    assert "Counterfactual answers of up to 3 attributes" in told.stdout
    assert max(len(line) for line in told.stdout.splitlines()) <= 100
    assert file.read_text() == to_json(example_changes())
    assert asked["interpreter"].name == "a" and (asked["seed"], asked["workers"]) == (4, 2)
    assert asked["pairs"]["many"] == 50 and asked["pairs"]["few"] == 25


def example_real_edits() -> RealEditScores:
    some, nothing = Score(0.5, 0.4, 0.6), Score(math.nan, math.nan, math.nan)
    edits = GroupEdits("recoloured", 31, some, some, some, some, {"mine": PredictionScores(some, nothing)})
    return RealEditScores("demo", "7e" * 32, "streets", "mine", 0, {"upper colour": edits})


def test_photographs(asked: dict[str, Any], tmp_path: Path) -> None:
    written = tmp_path / "b.json"
    told = give(
        "photographs", "runs/a", "runs/b", "streets", "--schema", "mine.yaml",
        "--layout", "csv", "--attributes", "a.mat", "--json", written,
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    assert "demo on edited pictures of streets" in told.stdout
    assert all(line.count("[") == line.count("]") for line in told.stdout.splitlines()), "no cut interval"
    assert [(name, one.name) for name, one in asked["interpreters"]] == [
        ("exact (runs/a)", "a"), ("exact (runs/b)", "b"),
    ]  # fmt: skip
    root, settings = asked["dataset"]
    assert (root, asked["pairs"], asked["workers"]) == (Path("streets"), 150, None)
    assert settings == {"schema": "mine.yaml", "layout": "csv", "attributes": Path("a.mat")}
    document = json.loads(written.read_text())
    assert document["document"] == "attrimeter.photographs"
    assert document["groups"]["upper colour"]["predictions"]["mine"] == {
        "spearman": {"value": 0.5, "low": 0.4, "high": 0.6},
        "relative_error": {"value": None, "low": None, "high": None},
    }


def test_the_schema_of_photographs_is_the_first_interpreters_if_not_given(asked: dict[str, Any]) -> None:
    assert give("photographs", "runs/a", "runs/b", "streets", "--quick").exit_code == 0
    assert asked["dataset"][1]["schema"] == "schema of a" and asked["pairs"] == 40


def test_what_is_missing_is_one_sentence(call: Any, fitted: Path, tmp_path: Path) -> None:
    """The whole command line, up to the first thing that would take long."""
    for words, sentence in (
        (("planted", tmp_path / "gone"), "There is no folder"),
        (("planted", tmp_path), "holds no planted target"),
        (("sanity", tmp_path), "not an interpreter folder"),
        (("sanity", fitted, "--other-target", tmp_path / "gone.pth"), "gone.pth"),
        (("sanity", fitted, "--shuffled", tmp_path), "not an interpreter folder"),
        (("changes", tmp_path), "not an interpreter folder"),
        (("photographs", fitted, tmp_path / "nowhere"), "nowhere"),
    ):
        answer = call("check", *words)
        assert answer.code == 2 and answer.out == ""
        said = [line for line in answer.err.splitlines() if not line.startswith("Opened as demo: ")]
        assert len(said) == 1 and said[0].startswith("attrimeter: ") and sentence in said[0], answer.err


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        (("sanity",), "INTERPRETER"),
        (("changes",), "INTERPRETER"),
        (("photographs", "run"), "INTERPRETER"),
        (("planted",), "FOLDER"),
    ],
)
def test_what_is_not_named_is_told(call: Any, words: tuple[str, ...], missing: str) -> None:
    answer = call("check", *words)
    assert answer.code == 2 and "Missing argument" in answer.err and missing in answer.err.upper()


def test_earlier_spellings_are_no_options(call: Any) -> None:
    for words in (("--sanity",), ("--planted", "x"), ("--flips",), ("--data", "x")):
        answer = call("benchmark", "t.pth", *words)
        assert answer.code == 2 and f"No such option: {words[0]}" in answer.err, answer.err
