"""A target of a user's own code, as the command line walks it: named each time, never run by itself."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from attrimeter.errors import AttriMeterError

CODE = """
from pathlib import Path

from targets.own_modules import SIZE, CrookedNet

from attrimeter.targets import Target


def build():
    with Path("was-run").open("a") as note:
        note.write("once\\n")
    return Target.from_module(CrookedNet(), last_map="relu", input_size=SIZE)
"""
BUILDER = "own_code_of_a_test:build"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    from targets.own_modules import CrookedNet, filled

    (tmp_path / "own_code_of_a_test.py").write_text(CODE)
    torch.save(filled(CrookedNet()).state_dict(), tmp_path / "weights.pth")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield tmp_path
    sys.modules.pop(BUILDER.partition(":")[0], None)


def test_fit_explain_evaluate(call: Any, rendered_set: Path, folder: Path) -> None:
    words = ("--out", "run", "--form", "distilled", "--no-trust", "--epochs", 1, "--cache", "maps")
    fitted = call("fit", BUILDER, rendered_set, "--weights", "weights.pth", *words)
    assert fitted.code == 0, fitted.err
    assert f"trunk) for {BUILDER} on" in fitted.err
    (folder / "was-run").unlink()

    first, second = sorted((rendered_set / "query").glob("*.jpg"))[:2]
    explain = ("explain", first, second, "--interpreter", "run")
    refused = call(*explain)
    assert refused.code == 2 and f"say --target {BUILDER}" in refused.err
    assert not (folder / "was-run").exists()  # what a folder names is not run
    for word in ("weights.pth", "nowhere.pth"):
        assert call(*explain, "--target", word).code == 2
    told = call(*explain, "--target", BUILDER)  # the weights are remembered
    assert told.code == 0, told.err
    assert "other" in told.out and (folder / "was-run").exists()
    scored = call("evaluate", "run", rendered_set, "--target", BUILDER, "--cache", "maps")
    assert scored.code == 0, scored.err

    (folder / "weights.pth").rename(folder / "moved.pth")
    lost = call(*explain, "--target", BUILDER)
    assert lost.code == 2 and "with --weights" in lost.err
    assert call(*explain, "--target", BUILDER, "--weights", "moved.pth").code == 0
    other = call("fit", BUILDER, rendered_set, "--weights", "moved.pth", *words[:3], "exact", *words[4:])
    assert other.code == 2 and "the exact form cannot be used" in other.err


def test_without_weights_the_function_fills_the_module_itself(
    call: Any, rendered_set: Path, folder: Path
) -> None:
    code = (folder / "own_code_of_a_test.py").read_text()
    own = code.replace("CrookedNet(),", "load(CrookedNet()),") + (
        "\n\ndef load(module):\n    import torch\n\n"
        '    module.load_state_dict(torch.load("weights.pth", weights_only=True))\n    return module\n'
    )
    (folder / "own_code_of_a_test.py").write_text(own)
    fitted = call(
        "fit", BUILDER, rendered_set, "--out", "run", "--form", "distilled", "--no-trust", "--epochs", 1,
        "--cache", "maps",
    )  # fmt: skip
    assert fitted.code == 0, fitted.err
    first, second = sorted((rendered_set / "query").glob("*.jpg"))[:2]
    assert call("explain", first, second, "--interpreter", "run", "--target", BUILDER).code == 0
    other = torch.load("weights.pth", weights_only=True)
    torch.save({**other, "neck.bias": other["neck.bias"] + 1}, "other.pth")
    changed = call(
        "explain", first, second, "--interpreter", "run", "--target", BUILDER, "--weights", "other.pth"
    )
    assert changed.code == 2 and "fingerprint" in changed.err


def test_options_that_go_with_the_other_kind_are_told(call: Any, tiny_target_file: Path) -> None:
    for command in (("fit", "--out", "run"), ("benchmark",)):
        name, *rest = command
        for words, said in (
            ((BUILDER, "--metric", "cosine"), "--metric is for checkpoints"),
            ((BUILDER, "--profile", "demo"), "--profile is for checkpoints"),
            ((BUILDER, "--last-stride", "1"), "--last-stride is for checkpoints"),
            ((BUILDER, "--input-size", "64x32"), "--input-size is for checkpoints"),
            ((tiny_target_file, "--weights", "weights.pth"), "--weights go into a module of your own"),
            (("own_code_of_a_test:biuld",), "has no function biuld; there are build"),
        ):
            told = call(name, *words, *rest)
            assert told.code == 2 and said in told.err, told.err


def test_the_benchmark_takes_it(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def stop(target: Any, *words: Any, **settings: Any) -> None:
        seen.append(target)
        raise AttriMeterError("enough seen")

    monkeypatch.setattr("attrimeter.workflows.benchmarking.run_benchmark", stop)
    assert call("benchmark", BUILDER, "--weights", "weights.pth", "--quick").code == 2
    assert seen[0].profile.name == BUILDER and not seen[0].is_exact
