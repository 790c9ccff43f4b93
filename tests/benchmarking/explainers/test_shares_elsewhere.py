"""Shares of another target's distances."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from attrimeter.benchmarking.explainers.protocol import Explainer
from attrimeter.benchmarking.explainers.shares_elsewhere import SharesElsewhere
from attrimeter.benchmarking.explainers.transplant import transplant
from attrimeter.interpreter import Interpreter, InterpreterSettings, build_interpreter
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import Target
from attrimeter.targets.shuffling import shuffle_weights
from attrimeter.values import MeasuredPairs


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
