"""Every command has a function of the same options and defaults, which gives what the command writes."""

from __future__ import annotations

import inspect
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

import attrimeter
from attrimeter.cli.main import app
from attrimeter.fitting.same_person import SamePersonSettings
from attrimeter.values.benchmark import BenchmarkRun
from figures.benchmark_examples import example_run

FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "render": attrimeter.render_dataset,
    "train-target": attrimeter.train_target,
    "fit": attrimeter.fit,
    "explain": attrimeter.explain_pair,
    "evaluate": attrimeter.evaluate,
    "calibrate": attrimeter.calibrate,
    "audit": attrimeter.audit,
    "compare": attrimeter.compare,
    "benchmark": attrimeter.benchmark,
    "inspect": attrimeter.inspect_checkpoint,
    "convert": attrimeter.convert_checkpoint,
    "check sanity": attrimeter.check_sanity,
    "check changes": attrimeter.check_changes,
    "check planted": attrimeter.check_planted,
    "check photographs": attrimeter.check_photographs,
    "targets": attrimeter.list_targets,
}

OF_THE_TERMINAL = {
    "figure",  # draw_* of attrimeter.figures makes it of the answer
    "page",  # *_page of attrimeter.figures
    "json_file",  # to_json of attrimeter.figures
    "pictures",  # whether the page shows them
    "other",  # "--data" of evaluate: the data set once more, as an option
}
OF_PYTHON = {
    "progress",  # the terminal draws bars
    "report",
    "on_epoch",  # the terminal writes a line for every epoch of train-target and fit
    "settings",  # of a fit in every detail
    "suffix",  # of the pictures that are rendered: exact ones are for tests
}
WITHOUT_A_FUNCTION = {
    "cache",  # what is kept on this machine, to look at and to clear
    "demo",  # a walk through the others with a page at the end
}


def commands() -> dict[str, Callable[..., Any]]:
    """Every command's own function, by the words that call it."""
    found = {}
    groups = [
        ("", app),
        *((f"{group.typer_instance.info.name} ", group.typer_instance) for group in app.registered_groups),
    ]
    for prefix, group in groups:
        for command in group.registered_commands:
            assert command.callback is not None
            found[prefix + (command.name or command.callback.__name__).replace("_", "-")] = command.callback
    return found


def defaults(function: Callable[..., Any], without: set[str]) -> dict[str, Any]:
    """Name of each parameter -> its default; nothing given stands for an empty list too."""
    given = inspect.signature(function).parameters.values()
    return {one.name: one.default for one in given if one.name not in without}


def test_every_command_has_a_function() -> None:
    assert set(commands()) == set(FUNCTIONS) | WITHOUT_A_FUNCTION
    assert {function.__name__ for function in FUNCTIONS.values()} <= set(attrimeter.__all__)


@pytest.mark.parametrize("command", FUNCTIONS)
def test_options_have_the_same_names_and_defaults(command: str) -> None:
    typed = defaults(commands()[command], OF_THE_TERMINAL)
    called = defaults(FUNCTIONS[command], OF_PYTHON)
    if command == "evaluate":  # where the data set is named in one of two ways
        typed["data"] = inspect.Parameter.empty
    assert typed == called


def read(path: Path) -> Any:
    return json.loads(path.read_text())


def as_json(value: Any) -> Any:
    return json.loads(attrimeter.figures.to_json(value))


def test_an_open_interpreter_and_open_data_give_what_the_commands_write(
    call: Any, fitted: Path, rendered_set: Path, tmp_path: Path
) -> None:
    written, maps = tmp_path / "found.json", tmp_path / "maps"
    words = ("--cache", maps, "--json", written)
    interpreter = attrimeter.open_interpreter(fitted)
    data = attrimeter.open_dataset(rendered_set)
    steps: list[str] = []

    def progress(step: str) -> Callable[[int, int], None]:
        steps.append(step)
        return lambda done, total: None

    how: dict[str, Any] = {"cache": maps, "progress": progress}
    assert call("evaluate", fitted, rendered_set, *words).code == 0
    assert as_json(attrimeter.evaluate(interpreter, data, **how)) == read(written)
    assert call("evaluate", fitted, rendered_set, *words, "--cameras", "1,2,3,4,5").code == 0
    some = attrimeter.open_dataset(data, cameras=(1, 2, 3, 4, 5))
    assert as_json(attrimeter.evaluate(interpreter, some, **how)) == read(written)
    assert call("audit", fitted, rendered_set, *words, "--candidates", 9, "--seed", 3).code == 0
    assert as_json(attrimeter.audit(interpreter, data, candidates=9, seed=3, **how)) == read(written)
    assert call("compare", fitted, fitted, rendered_set, *words).code == 0
    compared = as_json(attrimeter.compare(fitted, fitted, data, **how))
    assert compared == read(written) and compared["names"] == ["run (first)", "run (second)"]
    assert attrimeter.compare(interpreter, fitted, data, **how).names == ("demo", "run")
    both = attrimeter.compare(interpreter, interpreter, data, **how).names
    assert both == ("demo (first)", "demo (second)")
    assert steps == [
        "evaluating",
        "evaluating",
        "auditing",
        "reading run (first)",
        "reading run (second)",
        "reading demo",
        "reading run",
        "reading demo (first)",
        "reading demo (second)",
    ]
    first, second = sorted((rendered_set / "query").glob("*.jpg"))[:2]
    assert call("explain", first, second, "--interpreter", fitted, "--json", written).code == 0
    assert as_json(attrimeter.explain_pair(interpreter, first, second)) == read(written)


def test_checkpoints_are_listed_inspected_and_converted_alike(
    call: Any, tiny_target_file: Path, tmp_path: Path
) -> None:
    assert call("inspect", tiny_target_file, "--json", tmp_path / "found.json").code == 0
    assert as_json(attrimeter.inspect_checkpoint(tiny_target_file)) == read(tmp_path / "found.json")
    assert call("targets", "x0_25", "--json", tmp_path / "found.json").code == 0
    assert as_json(attrimeter.list_targets("x0_25")) == read(tmp_path / "found.json")
    typed, called = tmp_path / "typed.safetensors", tmp_path / "called.safetensors"
    assert call("convert", tiny_target_file, typed, "--metric", "cosine").code == 0
    made = attrimeter.convert_checkpoint(tiny_target_file, called, metric="cosine")
    assert made.path == called and called.read_bytes() == typed.read_bytes()


def test_what_is_made_is_the_same(
    call: Any, rendered_set: Path, fitted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model of "the same person", a target, and rendered persons."""
    monkeypatch.setattr(
        "attrimeter.workflows.calibrating.SamePersonSettings",
        lambda **words: SamePersonSettings(**{"queries": 6, "hard": 4, "random": 4, **words}),
    )
    typed, called = (shutil.copytree(fitted, tmp_path / name) for name in ("typed", "called"))
    maps = tmp_path / "maps"
    assert call("calibrate", typed, rendered_set, "--cache", maps, "--seed", 2).code == 0
    calibration = attrimeter.calibrate(called, attrimeter.open_dataset(rendered_set), cache=maps, seed=2)
    assert content(called) == content(typed)
    assert (calibration.folder, calibration.persons, calibration.data) == (called, 8, "persons")
    words = ("--epochs", 1, "--batch-images", 8, "--neck", "none")
    assert call("train-target", rendered_set, "--out", typed / "target", *words).code == 0
    trained = attrimeter.train_target(
        rendered_set, out=called / "target", epochs=1, batch_images=8, neck="none"
    )
    assert trained.file.read_bytes() == (typed / "target" / trained.file.name).read_bytes()
    few = {"identities": 1, "test_identities": 1, "images": 4, "height": 32, "width": 16, "workers": 1}
    options = [word for name, number in few.items() for word in (f"--{name.replace('_', '-')}", number)]
    assert call("render", typed / "persons", *options).code == 0
    rendered = attrimeter.render_dataset(called / "persons", **few)  # type: ignore[arg-type]
    assert content(called / "persons") == content(typed / "persons")
    assert (rendered.root, rendered.train) == (called / "persons", 4)


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_benchmark_is_asked_for_alike(
    call: Any, fitted: Path, tiny_target_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def run(target: Any, interpreters: Any, *, progress: Any, **settings: Any) -> BenchmarkRun:
        asked.append((target.fingerprint, [name for name, _ in interpreters], settings))
        return example_run()

    monkeypatch.setattr("attrimeter.workflows.benchmarking.run_benchmark", run)
    words = ("--quick", "--scene", "night", "--workers", 1, "--json", tmp_path / "found.json")
    assert call("benchmark", tiny_target_file, fitted, *words).code == 0
    target = attrimeter.open_target(tiny_target_file)
    interpreter = attrimeter.open_interpreter(fitted, target)
    found = attrimeter.benchmark(target, interpreter, quick=True, scene="night", workers=1)
    assert as_json(found) == read(tmp_path / "found.json")
    assert asked[0] == asked[1] and asked[0][1] == ["exact"]
