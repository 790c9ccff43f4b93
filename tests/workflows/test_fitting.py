"""The fit as a walk: what it leaves in the folder, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from attrimeter.errors import DatasetError, SettingsError
from attrimeter.fitting.fit_folder import FitListener
from attrimeter.interpreter import TRUNKS, Interpreter, InterpreterSettings, open_interpreter
from attrimeter.interpreter.forms.fit_settings import ImageFitSettings
from attrimeter.workflows.fitting import fit_interpreter
from attrimeter.workflows.opening import open_labelled, open_target


def fit(target_file: Path, root: Path, out: Path, **changes: object) -> Interpreter:
    data, schema = open_labelled(root, strict=True)
    words: dict[str, object] = {
        "settings": ImageFitSettings(epochs=2, batch_images=16, validation_share=0.3),
        "build": InterpreterSettings("exact", hidden=8),
        "cache": out.parent / "maps",
        **changes,
    }
    return fit_interpreter(
        open_target(target_file),
        data.train,
        schema,
        out=out,
        target_path=target_file,
        **words,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("trunk", TRUNKS)
@pytest.mark.parametrize("form", ["distilled", "exact"])
def test_the_folder_holds_the_interpreter_that_was_fitted(
    tiny_target_file: Path, rendered_set: Path, tmp_path: Path, form: str, trunk: str
) -> None:
    out = tmp_path / "run"
    fitted = fit(tiny_target_file, rendered_set, out, build=InterpreterSettings(form, hidden=8, trunk=trunk))
    kept = open_interpreter(out, fitted.target)
    image = next((rendered_set / "query").glob("*.jpg"))
    assert torch.equal(kept.read_images([image]).parts, fitted.read_images([image]).parts)
    assert kept.baseline is not None and kept.facts == json.loads(json.dumps(fitted.facts))
    assert len(json.loads((out / "history.json").read_text())) == 2
    assert {path.name for path in out.iterdir()} >= {"interpreter.json", "losses.png", "checkpoint.pt"}


def test_everybody_who_listens_is_told(tiny_target_file: Path, rendered_set: Path, tmp_path: Path) -> None:
    told: dict[str, list[object]] = {"maps": [], "batch": [], "epoch": []}
    listener = FitListener(
        on_maps=lambda done, total: told["maps"].append((done, total)),
        on_batch=lambda done, total: told["batch"].append((done, total)),
        on_epoch=lambda report: told["epoch"].append(report.epoch),
    )
    fit(tiny_target_file, rendered_set, tmp_path / "run", listener=listener)
    assert told["maps"][-1] == (64, 64) and told["epoch"] == [1, 2]
    assert told["batch"][-1] == (len(told["batch"]), len(told["batch"]))


def test_resuming_needs_a_checkpoint_and_labels_are_needed(
    tiny_target_file: Path, rendered_set: Path, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match="no checkpoint"):
        fit(tiny_target_file, rendered_set, tmp_path / "run", resume=True)
    data, schema = open_labelled(rendered_set, strict=True)
    unlabelled = type(data.train)(
        data.train.paths,
        data.train.identities,
        data.train.cameras,
        np.full_like(data.train.labels, -1),
    )
    with pytest.raises(DatasetError, match="0 training identities"):
        fit_interpreter(
            open_target(tiny_target_file),
            unlabelled,
            schema,
            out=tmp_path / "run",
            target_path=tiny_target_file,
        )
