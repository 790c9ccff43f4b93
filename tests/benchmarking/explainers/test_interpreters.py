"""Interpreters as explainers: squared units, groups, labels, and whose target it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from attrimeter.benchmarking.explainers.interpreters import InterpreterExplainer
from attrimeter.errors import InterpreterError
from attrimeter.interpreter import Interpreter, InterpreterSettings, build_interpreter
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import Target, open_target
from attrimeter.values import MeasuredPairs

SCHEMA = SCHEMAS["market1501"]


def make_interpreter(target: Target, form: str = "exact") -> Interpreter:
    torch.manual_seed(1)
    return build_interpreter(target, SCHEMA, InterpreterSettings(form=form, hidden=8))


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize("form", ["distilled", "exact"])
def test_contributions_are_the_ledger_in_squared_units_by_group(
    tiny_target_file: Path, pairs: MeasuredPairs, form: str, metric: str
) -> None:
    target = open_target(tiny_target_file, metric=metric)
    interpreter = make_interpreter(target, form)
    delta = target.embed_images(list(pairs.first)) - target.embed_images(list(pairs.second))
    total = (delta.astype(np.float64) ** 2).sum(axis=1)
    pairs = replace(pairs, target_fingerprint=target.fingerprint, total=total)
    attribution = InterpreterExplainer(interpreter).explain(pairs)
    for row in range(len(pairs)):
        first, second = (interpreter.read_images([side[row]]) for side in (pairs.first, pairs.second))
        components = interpreter.compare_pairs(first, second)[0].detach()
        in_squares = total[row] / float(components.sum())
        for column, group in enumerate(pairs.groups):
            members = [index for index, a in enumerate(SCHEMA.attributes) if a.group == group]
            expected = in_squares * sum(float(components[index]) for index in members)
            tolerance = 1e-4 * float(total[row])
            assert attribution.contributions[row, column] == pytest.approx(expected, abs=tolerance)
            for maps, reading in ((attribution.first_maps, first), (attribution.second_maps, second)):
                assert maps is not None
                drawn = sum(reading.maps[0, index] for index in members)
                assert np.allclose(maps[row, column], drawn.numpy(), atol=1e-4)


def test_it_knows_the_labels_only_when_told(target: Target, pairs: MeasuredPairs) -> None:
    interpreter = make_interpreter(target)
    free = InterpreterExplainer(interpreter, "ours").explain(pairs)
    blind = InterpreterExplainer(interpreter).explain(replace(pairs, differs=~pairs.differs))
    told = InterpreterExplainer(interpreter, "ours", differing_only=True).explain(pairs)
    assert np.array_equal(free.contributions, blind.contributions)
    assert np.array_equal(told.contributions, np.where(pairs.differs, free.contributions, 0))
    assert (free.explainer, free.uses_labels) == ("ours", False)
    assert (told.explainer, told.uses_labels) == ("ours, differing groups only", True)
    assert blind.explainer == "exact"
    assert told.first_maps is None and told.second_maps is None


def test_pairs_of_another_target_are_refused_unless_allowed(target: Target, pairs: MeasuredPairs) -> None:
    interpreter = make_interpreter(target)
    foreign = replace(pairs, target_fingerprint="0" * 64, total=pairs.total * 4)
    with pytest.raises(InterpreterError, match="measured on 000000000000"):
        InterpreterExplainer(interpreter).explain(foreign)
    attribution = InterpreterExplainer(interpreter, allow_other_target=True).explain(foreign)
    own = InterpreterExplainer(interpreter).explain(pairs)
    assert np.array_equal(attribution.contributions, own.contributions)


def test_distances_that_were_measured_otherwise_are_noticed(target: Target, pairs: MeasuredPairs) -> None:
    with pytest.raises(InterpreterError, match="off the measured one"):
        InterpreterExplainer(make_interpreter(target)).explain(replace(pairs, total=pairs.total * 1.5))


def test_a_group_that_the_schema_lacks_is_refused(target: Target, pairs: MeasuredPairs) -> None:
    interpreter = build_interpreter(target, SCHEMAS["dukemtmc"], InterpreterSettings("exact", hidden=8))
    with pytest.raises(InterpreterError, match="'dukemtmc', which has no group"):
        InterpreterExplainer(interpreter).explain(pairs)
