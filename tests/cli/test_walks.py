"""The commands one after the other on rendered persons, as a person would give them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from attrimeter.benchmarking.trust_measuring import CALIBRATION_PAIRS
from attrimeter.figures import ExplanationDocument, from_json


def test_render_fit_explain_evaluate(call: Any, tiny_target_file: Path, tmp_path: Path) -> None:
    persons, run = tmp_path / "persons", tmp_path / "run"
    made = call("render", persons, "--identities", 6, "--test-identities", 3, "--images", 4, "--workers", 1)
    assert made.code == 0 and "24 images to train" in made.out
    assert call("render", persons).code == 2
    cache = ("--cache", tmp_path / "maps")
    fitted = call(
        "fit", tiny_target_file, persons, "--out", run, "--form", "exact", "--no-trust", "--epochs", 2,
        "--batch-images", 8, *cache,
    )  # fmt: skip
    assert fitted.code == 0, fitted.err
    assert "epoch  2/2" in fitted.err and "attrimeter explain" in fitted.err
    assert (run / "losses.png").read_bytes().startswith(b"\x89PNG")

    first, second = sorted((persons / "query").glob("*.jpg"))[:2]
    files = {kind: tmp_path / f"pair.{kind}" for kind in ("png", "svg", "html", "json")}
    told = call(
        "explain", first, second, "--interpreter", run, "--figure", files["png"], "--page", files["html"],
        "--json", files["json"],
    )  # fmt: skip
    assert told.code == 0, told.err
    assert "upper colour" in told.out and "other" in told.out
    assert call("explain", first, second, "--interpreter", run, "--figure", files["svg"]).code == 0
    assert "<svg" in files["svg"].read_text() and "<html" in files["html"].read_text()
    assert from_json(ExplanationDocument, files["json"].read_text()).distance > 0

    scored = call("evaluate", run, persons, "--json", tmp_path / "scores.json", *cache)
    assert scored.code == 0, scored.err
    assert "mAP" in scored.out and "constant order" in scored.out
    assert json.loads((tmp_path / "scores.json").read_text())


def test_fit_on_edits_explain_evaluate(
    call: Any, tiny_target_file: Path, rendered_set: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The counterfactual form, which is the default: without labelled images, then with them."""
    monkeypatch.setattr("attrimeter.fitting.preparing.FAMILIES", 2)
    monkeypatch.setattr("attrimeter.benchmarking.true_shares.SHARES_PAIRS", {"few": 2})
    for kind in CALIBRATION_PAIRS:
        monkeypatch.setitem(CALIBRATION_PAIRS, kind, 1)
    run, cache = tmp_path / "run", ("--cache", tmp_path / "cache")
    words = ("--out", run, "--pairs", 8, "--epochs", 1, "--hidden", 8, *cache)
    fitted = call("fit", tiny_target_file, *words)
    assert fitted.code == 0, fitted.err
    assert "on 8 rendered edit pairs, by euclidean" in fitted.err and "epoch  1/1" in fitted.err
    assert "trust" in json.loads((run / "interpreter.json").read_text())["facts"]

    fitted = call("fit", tiny_target_file, rendered_set, *words, "--no-trust")
    assert fitted.code == 0 and "edit pairs and 32 images of" in fitted.err, fitted.err
    assert "trust" not in json.loads((run / "interpreter.json").read_text())["facts"]
    first, second = sorted((rendered_set / "query").glob("*.jpg"))[:2]
    told = call("explain", first, second, "--interpreter", run, "--figure", tmp_path / "pair.png")
    assert told.code == 0 and "counterfactual form" in told.out, told.err
    scored = call("evaluate", run, rendered_set, *cache)
    assert scored.code == 0 and "counterfactual form" in scored.out, scored.err


def test_a_broken_image_in_a_data_set_is_told_and_skipped(
    call: Any, tiny_target_file: Path, rendered_set: Path, tmp_path: Path
) -> None:
    root = tmp_path / "persons"
    shutil.copytree(rendered_set, root)
    broken = sorted((root / "bounding_box_train").glob("*.jpg"))[3]
    broken.write_bytes(b"")
    answer = call(
        "fit", tiny_target_file, root, "--out", tmp_path / "run", "--form", "exact", "--no-trust",
        "--epochs", 1, "--cache", tmp_path / "maps",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    assert broken.name in answer.err.replace("\n", "")


def test_ctrl_c_leaves_a_usable_interpreter(
    call: Any, tiny_target_file: Path, rendered_set: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from attrimeter.fitting.image_fit import ImageFit

    descend, steps = ImageFit.descend, []

    def stop_in_the_third_epoch(self: ImageFit, *args: Any) -> dict[str, float]:
        steps.append(1)
        if len(steps) > 9:
            raise KeyboardInterrupt
        return descend(self, *args)

    run, cache = tmp_path / "run", ("--cache", tmp_path / "maps")
    words = (
        "fit", tiny_target_file, rendered_set, "--out", run, "--form", "exact", "--no-trust", "--epochs", 3,
        "--batch-images", 8, *cache,
    )  # fmt: skip
    with monkeypatch.context() as patch:
        patch.setattr(ImageFit, "descend", stop_in_the_third_epoch)
        stopped = call(*words)
    assert stopped.code == 130 and "--resume" in stopped.err and "Traceback" not in stopped.err
    image = next((rendered_set / "query").glob("*.jpg"))
    assert call("explain", image, image, "--interpreter", run).code == 0
    resumed = call(*words, "--resume")
    assert resumed.code == 0 and "epoch  1/3" not in resumed.err and "epoch  3/3" in resumed.err


def test_help_names_every_command_and_version_is_told(call: Any) -> None:
    told = call("--help").out
    for command in ("demo", "render", "train-target", "fit", "explain", "evaluate", "benchmark", "check"):
        assert command in told
        assert call(command, "--help").code == 0
    for text in (told, call("check", "--help").out):
        _, listed = text.split("Commands:")
        assert "..." not in listed, "each is said in one short sentence"
    assert call("--version").out.startswith("attrimeter ")
