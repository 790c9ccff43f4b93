"""An interpreter beside a target that it was not fitted on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from attrimeter.benchmarking.explainers.interpreters import InterpreterExplainer
from attrimeter.benchmarking.explainers.transplant import transplant
from attrimeter.errors import InterpreterError
from attrimeter.interpreter import InterpreterSettings, build_interpreter
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import PROFILES, Target, build_network
from attrimeter.values import MeasuredPairs


def random_target(seed: int, **changes: object) -> Target:
    torch.manual_seed(seed)
    profile = replace(PROFILES["demo"], **changes)
    return Target(build_network(profile), profile, metric="euclidean", device=torch.device("cpu"))


def test_a_transplanted_interpreter_splits_the_distances_of_its_new_target(
    target: Target, pairs: MeasuredPairs
) -> None:
    interpreter = build_interpreter(target, SCHEMAS["market1501"], InterpreterSettings("exact", hidden=8))
    own = InterpreterExplainer(interpreter).explain(pairs)
    other = random_target(5)
    moved = transplant(interpreter, other)
    assert moved.network is interpreter.network and interpreter.target is target
    reading = [moved.read_images(list(side)) for side in (pairs.first, pairs.second)]
    delta = other.embed_images(list(pairs.first)) - other.embed_images(list(pairs.second))
    distances = np.linalg.norm(delta.astype(np.float64), axis=1)
    assert moved.compare_pairs(*reading).sum(dim=1).tolist() == pytest.approx(distances.tolist(), rel=1e-4)
    elsewhere = replace(pairs, target_fingerprint=other.fingerprint, total=distances**2)
    attribution = InterpreterExplainer(moved).explain(elsewhere)
    assert not np.allclose(attribution.contributions, own.contributions, rtol=0.1)


def test_a_target_of_another_shape_is_refused(target: Target) -> None:
    interpreter = build_interpreter(target, SCHEMAS["market1501"], InterpreterSettings("exact", hidden=8))
    with pytest.raises(InterpreterError, match="reads a shallow map of shape .* same architecture"):
        transplant(interpreter, random_target(5, width=8))
    with pytest.raises(InterpreterError, match="reads a shallow map of shape .* same architecture"):
        transplant(interpreter, random_target(5, image_size=(64, 64)))
