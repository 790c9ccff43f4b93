"""Captum's Integrated Gradients of a distance against plain Riemann sums."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from attrimeter.benchmarking.explainers.captum import (
    IntegratedGradients,
    LayerIntegratedGradients,
    PairDistance,
)
from attrimeter.benchmarking.explainers.saliency import as_saliency, explain_by_saliency
from attrimeter.errors import SettingsError
from attrimeter.targets import Target
from attrimeter.values import MeasuredPairs

STEPS = 6


def slow_attributions(target: Target, pairs: MeasuredPairs, row: int, *, of_cells: bool) -> list[Tensor]:
    """(x - blank) times the mean gradient of D^2 at the middles of equal steps from the blank to the pair."""
    ends = [target.preprocess([side[row]]) for side in (pairs.first, pairs.second)]
    starts = [torch.zeros_like(end) for end in ends]
    if of_cells:
        starts, ends = ([target.read_maps(each).last for each in side] for side in (starts, ends))
    means = [torch.zeros_like(end) for end in ends]
    for step in range(STEPS):
        share = (step + 0.5) / STEPS
        points = [
            (start + share * (end - start)).requires_grad_() for start, end in zip(starts, ends, strict=True)
        ]
        maps = points if of_cells else [target.trace_maps(point).last for point in points]
        squared = (target.head.embed(maps[0]) - target.head.embed(maps[1])).square().sum()
        for mean, gradient in zip(means, torch.autograd.grad(squared, points), strict=True):
            mean += gradient / STEPS
    return [mean * (end - start) for mean, end, start in zip(means, ends, starts, strict=True)]


@pytest.mark.parametrize("kind", [IntegratedGradients, LayerIntegratedGradients])
def test_attributions_are_those_of_a_riemann_sum(
    kind: type[IntegratedGradients], target: Target, pairs: MeasuredPairs
) -> None:
    account = kind(target, steps=STEPS).explain(pairs)
    assert account.first_maps is not None and account.second_maps is not None
    assert account.first_maps.shape[2:] == target.map_size
    for row in range(len(pairs)):
        found = slow_attributions(target, pairs, row, of_cells=kind is LayerIntegratedGradients)
        expected = explain_by_saliency(
            pairs.take(np.array([row])), *map(as_saliency, found), cells=target.map_size
        )
        scale = float(np.abs(expected.contributions).max())
        assert account.contributions[row] == pytest.approx(expected.contributions[0], abs=2e-3 * scale)
        assert np.allclose(
            account.second_maps[row], expected.second_maps, atol=2e-3 * expected.second_maps.max()
        )


def test_attributions_sum_to_the_distance(target: Target, pairs: MeasuredPairs) -> None:
    inputs = tuple(target.preprocess(list(side)).requires_grad_() for side in (pairs.first, pairs.second))
    distance = PairDistance(target)
    assert distance(*inputs).detach().numpy() == pytest.approx(pairs.total, rel=1e-3)
    for kind in (IntegratedGradients, LayerIntegratedGradients):
        found = kind(target, steps=256)._attribute(distance, inputs)
        total = sum(each.detach().sum(dim=(1, 2, 3)) for each in found).numpy()
        assert total == pytest.approx(pairs.total, rel=0.05)


def test_it_is_not_told_the_labels_and_leaves_the_target_alone(target: Target, pairs: MeasuredPairs) -> None:
    before, explainer = target.weights(), IntegratedGradients(target, steps=2)
    account = explainer.explain(replace(pairs, differs=~pairs.differs))
    assert np.array_equal(account.contributions, explainer.explain(pairs).contributions)
    assert not account.uses_labels
    assert all(torch.equal(value, before[name]) for name, value in target.weights().items())


def test_without_captum_it_says_how_to_install_it(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "captum.attr", None)
    with pytest.raises(SettingsError, match=r"needs captum.*pip install 'attrimeter\[explainers\]'"):
        IntegratedGradients(target)
