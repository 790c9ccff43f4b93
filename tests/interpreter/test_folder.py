"""Interpreters on disk: the same after a round trip, refused beside another target or when damaged."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save

from attrimeter.errors import InterpreterError, StorageError
from attrimeter.interpreter import (
    Interpreter,
    InterpreterSettings,
    build_interpreter,
    open_interpreter,
    save_interpreter,
)
from attrimeter.interpreter.facts import DistanceFacts, Facts
from attrimeter.interpreter.folder import add_facts
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import Target, open_target
from targets.own_modules import SIZE, SmallNet, filled

IMAGES = [np.full((64, 32, 3), value, dtype=np.uint8) for value in (10, 200)]


@pytest.fixture
def interpreter(tiny_target_file: Path) -> Interpreter:
    torch.manual_seed(4)
    made = build_interpreter(
        open_target(tiny_target_file),
        SCHEMAS["market1501"],
        InterpreterSettings("exact", hidden=8, trunk="own"),
    )
    made.facts = Facts.model_validate({"distances": {"same": [0.0, 1.0], "different": [1.0, 2.0]}})
    made.baseline = (torch.randn(26, 128), torch.randn(26))
    return made


def test_a_round_trip_changes_nothing(tmp_path: Path, interpreter: Interpreter) -> None:
    save_interpreter(tmp_path / "run", interpreter, target_name="demo")
    again = open_interpreter(tmp_path / "run", interpreter.target)
    assert again.settings == interpreter.settings and again.schema == interpreter.schema
    assert again.facts == interpreter.facts
    assert interpreter.baseline is not None and again.baseline is not None
    assert torch.equal(again.baseline[0], interpreter.baseline[0])
    first, second = interpreter.read_images(IMAGES), again.read_images(IMAGES)
    assert torch.equal(first.parts, second.parts) and torch.equal(first.logits, second.logits)


def test_saving_again_leaves_one_set_of_weights(tmp_path: Path, interpreter: Interpreter) -> None:
    save_interpreter(tmp_path, interpreter, target_name="demo")
    with torch.no_grad():
        interpreter.network.evidence_bias.add_(1)
    save_interpreter(tmp_path, interpreter, target_name="demo")
    assert len(list(tmp_path.glob("weights-*.safetensors"))) == 1
    assert torch.equal(
        open_interpreter(tmp_path, interpreter.target).network.evidence_bias,
        interpreter.network.evidence_bias,
    )


def test_another_target_is_refused_in_words(
    tmp_path: Path, interpreter: Interpreter, tiny_target_file: Path
) -> None:
    save_interpreter(tmp_path, interpreter, target_name="demo")
    with pytest.raises(InterpreterError, match="fitted on target demo.*metric differ"):
        open_interpreter(tmp_path, open_target(tiny_target_file, metric="cosine"))


def test_a_full_disk_leaves_the_old_interpreter(tmp_path: Path, interpreter: Interpreter) -> None:
    save_interpreter(tmp_path, interpreter, target_name="demo")
    old = interpreter.network.evidence_bias.detach().clone()
    with torch.no_grad():
        interpreter.network.evidence_bias.add_(1)
    full = OSError(28, "No space left on device")
    with (
        mock.patch("os.fsync", side_effect=full),
        pytest.raises(StorageError, match="No space"),
    ):
        save_interpreter(tmp_path, interpreter, target_name="demo")
    assert torch.equal(open_interpreter(tmp_path, interpreter.target).network.evidence_bias, old)
    assert not list(tmp_path.glob(".*.part"))


def test_no_folder_and_damage_are_told_in_words(tmp_path: Path, interpreter: Interpreter) -> None:
    target = interpreter.target
    with pytest.raises(InterpreterError, match="not an interpreter folder"):
        open_interpreter(tmp_path / "nowhere", target)
    save_interpreter(tmp_path, interpreter, target_name="demo")
    settings = tmp_path / "interpreter.json"
    whole = settings.read_text()
    for text in ("{", "[]", json.dumps({"format": 99})):
        settings.write_text(text)
        with pytest.raises(InterpreterError, match="fit the interpreter again"):
            open_interpreter(tmp_path, target)
    without_schema = json.loads(whole)
    del without_schema["schema"]
    settings.write_text(json.dumps(without_schema))
    with pytest.raises(InterpreterError, match="damaged"):
        open_interpreter(tmp_path, target)
    settings.write_text(whole)
    weights = next(tmp_path.glob("weights-*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(InterpreterError, match="cannot be used .they were changed after they were written"):
        open_interpreter(tmp_path, target)


def test_weights_with_nan_are_refused(tmp_path: Path, interpreter: Interpreter) -> None:
    with torch.no_grad():
        interpreter.network.evidence_bias[0] = float("nan")
    save_interpreter(tmp_path, interpreter, target_name="demo")
    with pytest.raises(InterpreterError, match="NaN"):
        open_interpreter(tmp_path, interpreter.target)


class Scaled(SmallNet):
    """What scales it is no tensor of the module, and so not in the fingerprint."""

    scale = 1.0

    def finish(self, last_map: torch.Tensor) -> torch.Tensor:
        return super().finish(last_map) * self.scale


def test_a_target_that_changed_behind_its_fingerprint_is_refused(tmp_path: Path) -> None:
    module = filled(Scaled())
    targets = []
    for module.scale in (1.0, 1.5):
        targets.append(Target.from_module(module, last_map="relu", input_size=SIZE))
    assert targets[0].fingerprint == targets[1].fingerprint
    settings = InterpreterSettings(form="counterfactual", hidden=8)
    made = build_interpreter(targets[0], SCHEMAS["market1501"], settings)
    save_interpreter(tmp_path, made, target_name="scaled")
    open_interpreter(tmp_path, targets[0])
    with pytest.raises(InterpreterError, match="fitted on target scaled.*something else of a test picture"):
        open_interpreter(tmp_path, targets[1])


def test_a_folder_from_before_there_were_probes_opens(tmp_path: Path, interpreter: Interpreter) -> None:
    save_interpreter(tmp_path, interpreter, target_name="demo")
    description = json.loads((tmp_path / "interpreter.json").read_text())
    assert description["target"].pop("probe")["numbers"] and description.pop("seal")
    (tmp_path / "interpreter.json").write_text(json.dumps({**description, "format": 1}))
    open_interpreter(tmp_path, interpreter.target)


def resave(folder: Path, tensors: dict[str, torch.Tensor]) -> None:
    """Weights that say of themselves what they are, however wrong they are."""
    data = save(tensors)
    name = f"weights-{hashlib.sha256(data).hexdigest()[:16]}.safetensors"
    description = json.loads((folder / "interpreter.json").read_text())
    description.pop("seal", None)
    (folder / description["weights"]).unlink()
    (folder / name).write_bytes(data)
    (folder / "interpreter.json").write_text(json.dumps({**description, "weights": name, "format": 1}))


TENSOR = "network.reduce.0.weight"
CHANGES: dict[str, Callable[[dict[str, torch.Tensor]], object]] = {
    "missing": lambda tensors: tensors.pop(TENSOR),
    "unknown": lambda tensors: tensors.update(extra=torch.zeros(3)),
    "shape": lambda tensors: tensors.update({TENSOR: tensors[TENSOR][:, :-1].contiguous()}),
    "half precision": lambda tensors: tensors.update({TENSOR: tensors[TENSOR].half()}),
    "infinite": lambda tensors: tensors[TENSOR].view(-1)[3:4].fill_(math.inf),
    "variance": lambda tensors: tensors["network.reduce.1.running_var"].fill_(-1),
    "baseline alone": lambda tensors: tensors.pop("baseline.bias"),
    "baseline shape": lambda tensors: tensors.update({"baseline.weight": torch.zeros(26, 3)}),
    "baseline NaN": lambda tensors: tensors["baseline.bias"].fill_(math.nan),
}


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_tensors_that_do_not_fit_are_refused_shortly(
    tmp_path: Path, interpreter: Interpreter, change: str
) -> None:
    save_interpreter(tmp_path, interpreter, target_name="demo")
    tensors = load_file(next(tmp_path.glob("weights-*.safetensors")))
    resave(tmp_path, tensors)
    open_interpreter(tmp_path, interpreter.target)
    CHANGES[change](tensors)
    resave(tmp_path, tensors)
    with pytest.raises(InterpreterError, match="cannot be used .*fit the interpreter again") as caught:
        open_interpreter(tmp_path, interpreter.target)
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("form", ["exact", "distilled", "counterfactual"])
def test_a_size_that_the_weights_do_not_have_takes_no_memory(
    tmp_path: Path, tiny_target_file: Path, form: str
) -> None:
    made = build_interpreter(
        open_target(tiny_target_file), SCHEMAS["market1501"], InterpreterSettings(form=form, hidden=8)
    )
    save_interpreter(tmp_path, made, target_name="demo")
    resave(tmp_path, load_file(next(tmp_path.glob("weights-*.safetensors"))))
    description = json.loads((tmp_path / "interpreter.json").read_text())
    description["settings"]["hidden"] = 8192
    (tmp_path / "interpreter.json").write_text(json.dumps(description))
    with (
        mock.patch.object(torch.nn.Module, "load_state_dict", side_effect=AssertionError("was made")),
        pytest.raises(InterpreterError, match="cannot be used"),
    ):
        open_interpreter(tmp_path, made.target)


def test_facts_that_could_not_be_read_again_are_not_written(tmp_path: Path, interpreter: Interpreter) -> None:
    save_interpreter(tmp_path, interpreter, target_name="demo")
    before = (tmp_path / "interpreter.json").read_bytes()
    for wrong in (Facts(true_shares=(0.5,)), Facts(distances=DistanceFacts(same=(1.0, 0.5)))):
        interpreter.facts = wrong
        with pytest.raises(InterpreterError, match="was not written"):
            save_interpreter(tmp_path, interpreter, target_name="demo")
        with pytest.raises(InterpreterError, match="was not written"):
            add_facts(tmp_path, interpreter, wrong)
    assert (tmp_path / "interpreter.json").read_bytes() == before


def test_what_a_killed_writer_left_is_swept(tmp_path: Path, interpreter: Interpreter) -> None:
    (tmp_path / ".interpreter.json.0123456789abcdef.part").write_text("half")
    (tmp_path / "weights-0123456789abcdef.safetensors").write_bytes(b"orphan")
    save_interpreter(tmp_path, interpreter, target_name="demo")
    assert len(list(tmp_path.iterdir())) == 2


def test_facts_of_the_same_weights_beside_another_target_are_not_kept(
    tmp_path: Path, interpreter: Interpreter, tiny_target_file: Path
) -> None:
    measured = interpreter.facts
    save_interpreter(tmp_path, interpreter, target_name="demo")
    interpreter.facts = Facts()
    save_interpreter(tmp_path, interpreter, target_name="demo")
    assert open_interpreter(tmp_path, interpreter.target).facts == measured
    other = replace(interpreter, target=open_target(tiny_target_file, metric="cosine"), facts=Facts())
    save_interpreter(tmp_path, other, target_name="demo")
    assert open_interpreter(tmp_path, other.target).facts == Facts()
