"""Damaged checkpoints of broken-off runs: resumed as if nothing had happened, or refused in one sentence."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from tests.campaigns.damages import damage_bytes, damage_path, damage_plain, damage_tensor
from tests.campaigns.tally import Tally, judge_refusal, tally_cases
from torch import Tensor

from attrimeter.caching.edit_cache import EditCache
from attrimeter.caching.edit_renders import EditRenders
from attrimeter.errors import AttriMeterError
from attrimeter.fitting.checkpoint import seal_of
from attrimeter.fitting.edit_fit import EditFit
from attrimeter.fitting.fit_data import prepare_fit_data
from attrimeter.fitting.image_fit import ImageFit
from attrimeter.fitting.target.settings import TargetTrainingSettings
from attrimeter.fitting.target.training import train_target
from attrimeter.interpreter import InterpreterSettings, build_interpreter
from attrimeter.interpreter.forms.fit_settings import EditFitSettings, ImageFitSettings
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import PROFILES, build_network, open_target, save_network, weights_of
from attrimeter.values import ImageSet

SCHEMA = SCHEMAS["market1501"]
STRANGE: list[Any] = [
    None, "adam", "", -1, 0, 2.5, 10**30, float("nan"), float("inf"), [], {}, [1, 2], {"a": 1}, True,
    torch.zeros(3), torch.tensor(float("nan")),
]  # fmt: skip


class _StopError(Exception):
    """Breaks a run off after its first epoch."""


@dataclass(frozen=True)
class _Run:
    """A small run of two epochs.

    Attributes:
        checkpoint: where it keeps its checkpoint.
        go: run it, resumed or not, and break it off after an epoch; returns what it leaves.
    """

    checkpoint: Path
    go: Callable[[bool, bool], str]


def run(size: int, seed: int, folder: Path) -> Tally:
    """Damage the checkpoint of a run that was broken off after one of two epochs, and resume it.

    Faults: an exception that is not the project's; a message that is long or no single line; a run that goes
    on from a damaged checkpoint, which was not sealed anew, to other weights than an unbroken one.
    """
    torch.set_num_threads(1)
    runs = _runs(folder)
    usual, whole = {}, {}
    for name, one in runs.items():
        usual[name] = one.go(False, False)
        try:
            one.go(False, True)
        except _StopError:
            whole[name] = one.checkpoint.read_bytes()

    def case(dice: random.Random, number: int, done: list[str]) -> str:
        name = dice.choice(["exact", "exact", "exact", "counterfactual", "counterfactual", "target"])
        done.append(name)
        done += _damage(dice, runs[name].checkpoint, whole[name], at_all=number > 0)
        return _judge(runs[name], done[1], usual[name])

    return tally_cases("checkpoints_resume", size, seed, case)


def _judge(one: _Run, kind: str, usual: str) -> str:
    try:
        found = one.go(True, False)
    except AttriMeterError as error:
        return judge_refusal(error, one.checkpoint)
    if found == usual:
        return "goes on as if unbroken"
    return "goes on as another run" if kind == "sealed" else "fault: goes on to other weights without a word"


def _damage(dice: random.Random, path: Path, whole: bytes, *, at_all: bool) -> tuple[str, str]:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.is_dir():
        path.rmdir()
    elif path.exists():
        path.unlink()
    path.write_bytes(whole)
    if not at_all:
        return "whole", "nothing"
    kind = dice.choice(["bytes", "bytes", "path", "state", "state", "sealed", "sealed"])
    if kind == "path":
        return kind, damage_path(dice, path)
    if kind == "bytes":
        data, what = damage_bytes(dice, whole)
        path.write_bytes(data)
        return kind, what
    stored = torch.load(path, weights_only=True)
    what = _damage_state(dice, stored)
    if kind == "sealed":
        stored.pop("seal", None)
        if dice.random() < 0.5:
            stored["seal"] = seal_of({name: stored.get(name) for name in ("identity", "state")})
    torch.save(stored, path)
    return kind, what


def _damage_state(dice: random.Random, stored: dict[str, Any]) -> str:
    state = stored["state"]
    part = dice.choice([*state, "all", "tensor"])
    if part == "all":
        return damage_plain(dice, stored, strange=STRANGE)
    if part == "tensor":
        tensors = dice.choice([value for value in (*state.values(), state.get("best")) if _is_tensors(value)])
        return damage_tensor(dice, tensors, dice.choice(sorted(tensors)))
    if isinstance(state[part], dict) and dice.random() < 0.7:
        return f"{part}: {damage_plain(dice, state[part], strange=STRANGE)}"
    state[part] = dice.choice(STRANGE)
    return f"{part} is {str(state[part])[:40]}"


def _is_tensors(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and all(isinstance(v, Tensor) for v in value.values())


def _runs(folder: Path) -> dict[str, _Run]:
    target = _make_target(folder / "t.safetensors")
    images = _make_images(folder / "pictures")
    settings = ImageFitSettings(epochs=2, batch_images=4, validation_share=0.0, seed=1, mirrored=False)
    data = prepare_fit_data(images, target, SCHEMA, cache=folder / "maps", mirrored=False, with_parts=False)
    renders = EditRenders(folder / "renders", seed=1, families=2)
    edits = EditCache(folder / "measures", target, SCHEMA, renders).fill(1, workers=1)
    edit_settings = EditFitSettings(epochs=2, batch_families=1, validation_share=0.0, seed=1)
    made = {
        form: build_interpreter(target, SCHEMA, InterpreterSettings(form=form, hidden=8))
        for form in ("exact", "counterfactual")
    }

    def fit(form: str, checkpoint: Path) -> Callable[[bool, bool], str]:
        def go(resume: bool, stop: bool) -> str:
            interpreter = copy.deepcopy(made[form])
            interpreter.target = target
            one: Any = (
                ImageFit(interpreter, data, settings, checkpoint=checkpoint)
                if form == "exact"
                else EditFit(interpreter, edits, edit_settings, checkpoint=checkpoint)  # type: ignore[arg-type]
            )
            one.run(resume=resume, on_epoch=_stop if stop else None)
            return seal_of([one.best["network"], interpreter.network.state_dict(), one.epochs_done])

        return go

    out = folder / "trained"
    training = TargetTrainingSettings(
        epochs=2, warm_up_epochs=1, batch_images=4, images_per_identity=2, erase_probability=0.0,
        validation_interval=2,
    )  # fmt: skip

    def train(resume: bool, stop: bool) -> str:
        path = train_target(
            images,
            settings=training,
            out_dir=out,
            resume=resume,
            report=_stop if stop else None,
            device="cpu",
        )
        return open_target(path).fingerprint

    return {
        **{form: _Run(folder / f"{form}.pt", fit(form, folder / f"{form}.pt")) for form in made},
        "target": _Run(out / "checkpoint.pt", train),
    }


def _stop(_: Any) -> None:
    raise _StopError


def _make_target(path: Path) -> Any:
    torch.manual_seed(7)
    tensors = weights_of(build_network(PROFILES["demo"]))
    save_network(path, tensors, PROFILES["demo"], metric="euclidean")
    return open_target(path)


def _make_images(folder: Path) -> ImageSet:
    folder.mkdir()
    rng = np.random.default_rng(0)
    paths = tuple(folder / f"{number}.png" for number in range(8))
    for path in paths:
        Image.fromarray(rng.integers(0, 256, (64, 32, 3), dtype=np.uint8)).save(path)
    identities = np.repeat(np.arange(1, 5), 2)
    labels = rng.integers(0, 2, (4, len(SCHEMA)), dtype=np.int8).repeat(2, axis=0)
    return ImageSet(paths, identities, np.tile(np.array([1, 2]), 4), labels)
