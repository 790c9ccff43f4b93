"""Damaged, renamed and foreign checkpoints: opened as what they are, or refused in one sentence."""

from __future__ import annotations

import io
import random
import tempfile
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save
from tests.campaigns.damages import damage_bytes
from tests.campaigns.tally import Tally, judge_refusal, tally_cases
from tests.targets.hostile_files import BROKEN
from torch import Tensor

from attrimeter.errors import CheckpointError
from attrimeter.targets import PROFILES, build_network, open_target, weights_of
from attrimeter.targets.checkpoints.loading import save_network

State = dict[str, Any]


def run(size: int, seed: int, folder: Path) -> Tally:
    """Open ``size`` checkpoints, each made from a whole one by one to three damages.

    Faults: an exception that is not the project's; a message that is long or no single line; a target whose
    embeddings are not finite, or that has the fingerprint of the whole one and other embeddings.
    """
    torch.set_num_threads(1)

    def case(dice: random.Random, number: int, done: list[str]) -> str:
        place = folder / f"w{number}.{dice.choice(['pth', 'pt', 'safetensors', 'bin'])}"
        done.append(_make(dice, place, folder))
        try:
            return _judge(place, done[0])
        finally:
            _remove(place)

    return tally_cases("checkpoints", size, seed, case)


@cache
def _image() -> np.ndarray[Any, Any]:
    return np.random.default_rng(0).integers(0, 256, (128, 64, 3), dtype=np.uint8)


@cache
def _whole(profile: str) -> tuple[dict[str, Tensor], bytes]:
    """Tensors under the names of their own project, and our own file of them."""
    torch.manual_seed(5)
    network = build_network(PROFILES[profile])
    tensors = weights_of(network)
    for name, value in tensors.items():
        if name.endswith("running_var"):
            value.uniform_(0.5, 1.5)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "whole.safetensors"
        save_network(place, tensors, PROFILES[profile], metric="euclidean")
        return tensors, place.read_bytes()


@cache
def _fingerprint(data: bytes, folder: Path) -> tuple[str, Tensor]:
    place = folder / "whole.safetensors"
    place.write_bytes(data)
    target = open_target(place)
    return target.fingerprint, torch.from_numpy(target.embed_images([_image()]))


def _make(dice: random.Random, place: Path, folder: Path) -> str:
    """Write one case; returns what it is."""
    if dice.random() < 0.05:
        kind = dice.choice(sorted(BROKEN))
        with warnings.catch_warnings(action="ignore"):
            BROKEN[kind](place)
        return kind
    tensors, own = _whole("demo")
    if dice.random() < 0.5:
        data = own
        what = "our own file"
    else:
        state: State = dict(tensors)
        what = ", ".join(_damage_tensors(dice, state) for _ in range(dice.randint(0, 2)))
        data, wrapped = _pack(dice, state)
        what = f"{wrapped} {what}"
    for _ in range(dice.choice([0, 1, 1, 2])):
        data, done = damage_bytes(dice, data)
        what += f", {done}"
    place.write_bytes(data)
    return what


def _pack(dice: random.Random, state: State) -> tuple[bytes, str]:
    kinds: dict[str, Callable[[], Any]] = {
        "bare": lambda: state,
        "state_dict": lambda: {"state_dict": state, "epoch": 3},
        "model": lambda: {"model": state, "optimizer": {"lr": 0.1}},
        "net beside a center loss": lambda: {"net": state, "center_loss": {"centers": torch.ones(3, 4)}},
        "module.": lambda: {f"module.{name}": value for name, value in state.items()},
        "two prefixes": lambda: {f"_orig_mod.module.{name}": value for name, value in state.items()},
        "half prefixed": lambda: {
            (f"module.{name}" if number % 2 else name): value
            for number, (name, value) in enumerate(state.items())
        },
        "list": lambda: [state],
        "nested": lambda: {"a": {"b": {"c": state}}},
    }
    kind = dice.choice(sorted(kinds))
    content = kinds[kind]()
    tensors_only = isinstance(content, dict) and all(isinstance(v, Tensor) for v in content.values())
    if tensors_only and dice.random() < 0.4:
        try:
            return save({str(k): v.contiguous().clone() for k, v in content.items()}), f"{kind}, safetensors"
        except Exception:  # a tensor of a kind that such a file has no word for
            pass
    written = io.BytesIO()
    with warnings.catch_warnings(action="ignore"):
        torch.save(content, written, _use_new_zipfile_serialization=dice.random() < 0.8)
    return written.getvalue(), kind


NAMES: tuple[Any, ...] = (
    "",
    "a" * 100_000,
    "\x1b[31m",
    "\ud800",
    "ä\u202e",
    "../../x",
    7,
    (1, 2),
    None,
    "weight\n",
)


def _damage_tensors(dice: random.Random, state: State) -> str:
    """Change one entry in place; returns what was done."""
    name = dice.choice(sorted(state, key=str))
    value = state[name] if isinstance(state[name], Tensor) else torch.ones(3)
    changes: dict[str, Callable[[], Any]] = {
        "NaN": lambda: value.float() * float("nan"),
        "infinite": lambda: value.float() + float("inf"),
        "huge": lambda: value.float() * 1e30 + 1e30,
        "negative": lambda: -value.float().abs() - 1,
        "zero": lambda: torch.zeros_like(value),
        "half": lambda: value.half(),
        "double": lambda: value.double(),
        "int8": lambda: value.to(torch.int8),
        "bool": lambda: value.bool(),
        "complex": lambda: value.to(torch.complex64),
        "misshapen": lambda: value.reshape(-1)[:-1],
        "of more dimensions": lambda: value[None],
        "empty": lambda: torch.zeros(0),
        "a scalar": lambda: torch.tensor(1.0),
        "a list": lambda: [1.0, 2.0],
        "a text": lambda: "weights",
        "nothing": lambda: None,
        "transposed": lambda: value.float().flip(0),
    }
    kind = dice.choice([*sorted(changes), "dropped", "renamed", "doubled"])
    if kind == "dropped":
        del state[name]
    elif kind == "renamed":
        state[dice.choice(NAMES)] = state.pop(name)
    elif kind == "doubled":
        state[f"{name}.copy"] = value
    else:
        state[name] = changes[kind]()
    return f"{str(name)[:60]!r} {kind}"


def _judge(place: Path, made: str) -> str:
    try:
        target = open_target(place)
        embedding = torch.from_numpy(target.embed_images([_image()]))
    except CheckpointError as error:
        return judge_refusal(error, place)
    if not bool(embedding.isfinite().all()):
        return "fault: embeddings that are not finite"
    fingerprint, usual = _fingerprint(_whole("demo")[1], place.parent)
    is_same = torch.allclose(embedding, usual, rtol=1e-4, atol=1e-5)
    if target.fingerprint == fingerprint:
        return "opened, the same" if is_same else f"fault: one fingerprint, other embeddings ({made})"
    return "opened, other weights"


def _remove(place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        place.rmdir()
    else:
        place.unlink(missing_ok=True)
