"""An interpreter beside a target that it was not fitted on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from attrimeter.benchmarking.explainers.explainer import Explainer
from attrimeter.benchmarking.explainers.interpreters import InterpreterExplainer
from attrimeter.benchmarking.explainers.transplant import SharesElsewhere, transplant
from attrimeter.errors import InterpreterError
from attrimeter.interpreter import Interpreter, InterpreterSettings, build_interpreter
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import PROFILES, Target, build_network
from attrimeter.targets.shuffling import shuffle_weights
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


def make(target: Target, form: str = "exact") -> Interpreter:
    torch.manual_seed(0)
    return build_interpreter(target, SCHEMAS["market1501"], InterpreterSettings(form=form, hidden=8))


def test_shares_of_the_other_distance_times_the_pairs_own(target: Target, pairs: MeasuredPairs) -> None:
    interpreter, shuffled = make(target), shuffle_weights(target)
    explainer = SharesElsewhere(interpreter, shuffled, "shuffled weights")
    attribution = explainer.explain(pairs)
    assert isinstance(explainer, Explainer) and attribution.explainer == "shuffled weights"
    moved, groups = transplant(interpreter, shuffled), list(interpreter.schema.groups.values())
    for row in range(len(pairs)):
        reading = [moved.read_images([side[row]]) for side in (pairs.first, pairs.second)]
        ledger = moved.compare_pairs(*reading)[0]
        for column, attributes in enumerate(groups):
            share = float(ledger[list(attributes)].sum() / ledger.sum())
            assert attribution.contributions[row, column] == pytest.approx(
                share * pairs.total[row], rel=1e-3, abs=1e-5 * pairs.total[row]
            )


def test_a_target_that_cannot_tell_a_pair_apart_gives_nothing(target: Target, pairs: MeasuredPairs) -> None:
    """A target of zeros alone: every distance is 0."""
    flat = shuffle_weights(target)
    for parameter in (*flat.backbone.parameters(), *flat.head.parameters()):
        parameter.data.zero_()
    attribution = SharesElsewhere(make(target, "counterfactual"), flat, "flat").explain(pairs)
    assert not attribution.contributions.any() and np.isfinite(attribution.contributions).all()
