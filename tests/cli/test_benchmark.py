"""The command translates; what it calls is replaced by one that answers at once."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from attrimeter.cli.benchmark import benchmark
from attrimeter.figures import from_json
from attrimeter.values.benchmark import Benchmark
from cli.fake_target import open_fake
from figures.benchmark_examples import example_benchmark, example_run


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the workflows were asked for."""
    seen: dict[str, Any] = {}

    def run_benchmark(target: Any, interpreters: Any, **settings: Any) -> Any:
        settings["progress"]("truth")(1, 2)
        seen.update(settings, target=target, interpreters=interpreters)
        return example_run()

    workflow = "attrimeter.workflows.benchmarking"
    monkeypatch.setattr(f"{workflow}.run_benchmark", run_benchmark)
    monkeypatch.setattr(f"{workflow}.open_target", open_fake)
    monkeypatch.setattr(
        f"{workflow}.open_interpreter",
        lambda folder, target: SimpleNamespace(form=SimpleNamespace(name=folder.name), of=target),
    )
    return seen


def give(*words: object) -> Any:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(benchmark)
    return CliRunner().invoke(app, [str(word) for word in words])


def test_words_become_the_workflows_settings(asked: dict[str, Any], tmp_path: Path) -> None:
    told = give(
        "target.pth", "runs/exact", "--pairs", 100, "--seed", 5, "--profile", "demo", "--metric", "cosine",
        "--device", "cpu", "--cache", tmp_path, "--ceiling", "--workers", 3,
        "--scene", "night",
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    assert "counterfactual comes closest to the truth" in told.output
    assert not re.findall(r"\d to(?! −?\d)", told.stdout), "no cut interval"
    assert any(line.startswith("group average") and "0.46" in line for line in told.stdout.splitlines())
    opened = (
        Path("target.pth"),
        {
            "weights": None,
            "profile": "demo",
            "metric": "cosine",
            "last_stride": None,
            "input_size": None,
            "device": "cpu",
        },
    )
    assert asked["target"] == opened
    assert [(name, one.of) for name, one in asked["interpreters"]] == [("exact", opened)]
    assert asked["pairs"] == {"many": 100, "few": 50, "same": 25, "edited": 25}
    assert (asked["seed"], asked["cache"]) == (5, tmp_path)
    assert asked["scene"] == "night"
    assert (asked["ceiling"], asked["workers"]) == (True, 3)


def test_every_file_is_written(asked: dict[str, Any], tmp_path: Path) -> None:
    files = {name: tmp_path / f"b.{name}" for name in ("json", "html", "png")}
    told = give(
        "target.pth", "--json", files["json"], "--page", files["html"], "--figure", files["png"], "--quick"
    )
    assert told.exit_code == 0, told.output
    assert repr(from_json(Benchmark, files["json"].read_text())) == repr(example_benchmark())
    assert "Pair by pair" in files["html"].read_text()
    assert files["png"].read_bytes().startswith(b"\x89PNG")
    assert all(f"wrote {path}" in told.stderr for path in files.values())
    assert asked["pairs"] == {"many": 40, "few": 20, "same": 10, "edited": 10} and asked["interpreters"] == []


def test_what_is_wrong_is_one_sentence(
    call: Any, tiny_target_file: Path, fitted: Path, tmp_path: Path
) -> None:
    """The whole command line, up to the first thing that would take long."""
    for words, sentence in (
        ((tmp_path / "gone.pth",), "gone.pth"),
        ((tiny_target_file, tmp_path), "not an interpreter folder"),
        ((tiny_target_file, fitted, "--pairs", 1), "--pairs must be a whole number from 4"),
    ):
        answer = call("benchmark", *words)
        assert answer.code == 2 and answer.out == ""
        said = [line for line in answer.err.splitlines() if not line.startswith("Opened as demo: ")]
        assert len(said) == 1 and said[0].startswith("attrimeter: ") and sentence in said[0], answer.err
