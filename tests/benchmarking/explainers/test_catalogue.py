"""The baselines, in the order of the table."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from attrimeter.benchmarking.explainers.catalogue import baseline_explainers, foreign_explainers
from attrimeter.benchmarking.explainers.explainer import Explainer
from attrimeter.targets import Target
from attrimeter.values import MeasuredPairs
from targets.own_modules import GRID, SIZE, SmallNet, filled


def test_the_baselines_come_in_order_and_account_for_every_group(
    target: Target, pairs: MeasuredPairs
) -> None:
    baselines = baseline_explainers(target, shares=np.full(len(pairs.groups), 0.1), seed=4)
    assert [(baseline.name, baseline.uses_labels) for baseline in baselines] == [
        ("label-only", True),
        ("group average x D^2", True),
        ("random partition", False),
        ("Grad-CAM in part masks", False),
        ("occlusion of the part", False),
    ]
    for baseline in baselines:
        assert isinstance(baseline, Explainer)
        attribution = baseline.explain(pairs)
        assert (attribution.explainer, attribution.uses_labels) == (baseline.name, baseline.uses_labels)
        assert attribution.contributions.shape == (len(pairs), len(pairs.groups))
        assert np.isfinite(attribution.contributions).all() and attribution.seconds >= 0


def test_the_seed_is_that_of_the_random_partition(target: Target, pairs: MeasuredPairs) -> None:
    shares = np.zeros(len(pairs.groups))
    drawn = [baseline_explainers(target, shares=shares, seed=seed)[2].explain(pairs) for seed in (1, 1, 2)]
    assert np.array_equal(drawn[0].contributions, drawn[1].contributions)
    assert not np.allclose(drawn[0].contributions, drawn[2].contributions)


class Closed(SmallNet):
    """As a model from elsewhere that passes no gradient."""

    def forward(self, images: Tensor) -> Tensor:
        with torch.no_grad():
            return super().forward(images)


def test_what_needs_a_gradient_is_left_out_where_none_passes() -> None:
    shares = np.zeros(11)
    for kind, named in ((SmallNet, True), (Closed, False)):
        own = Target.from_module(filled(kind()), last_map="input", grid=GRID, input_size=SIZE)
        names = [baseline.name for baseline in baseline_explainers(own, shares=shares)]
        assert ("Grad-CAM in part masks" in names) == named
        assert len(foreign_explainers(own)) == (3 if named else 1)


def test_what_others_wrote_accounts_for_every_group(target: Target, pairs: MeasuredPairs) -> None:
    explainers = foreign_explainers(target)
    assert [each.name for each in explainers] == [
        "Integrated Gradients (Captum)",
        "Integrated Gradients of the last map (Captum)",
        "similarity saliency (xaitk)",
    ]
    few = pairs.take(np.array([0, 1]))
    for each in explainers:
        assert isinstance(each, Explainer) and not each.uses_labels
        account = each.explain(few)
        assert account.contributions.shape == (2, len(pairs.groups))
        assert np.isfinite(account.contributions).all()
        assert (
            account.contributions.sum(axis=1) <= few.total * 1.001
        ).all() or account.contributions.min() < 0
