"""The same-person model against plain loops over pairs and attributes."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from attrimeter.errors import InterpreterError
from attrimeter.interpreter.familiarity import Familiarity
from attrimeter.interpreter.same_person import (
    LEAST,
    SamePersonModel,
    cosine_distances,
    evidence_of_sameness,
    model_from_parts,
    model_to_parts,
)

ATTRIBUTES, SIZE, APPEARANCE, STYLE = 3, 5, 4, 6


def make_model() -> SamePersonModel:
    generator = torch.Generator().manual_seed(2)

    def draw(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator)

    return SamePersonModel(
        classifier=(draw(ATTRIBUTES, SIZE), draw(ATTRIBUTES)),
        prevalence=torch.tensor([0.1, 0.5, 0.9]),
        distance_weight=-4.0,
        evidence_weights=draw(ATTRIBUTES),
        ledger_weights=draw(ATTRIBUTES + 1),
        usual=draw(ATTRIBUTES, APPEARANCE) / 4,
        appearance_weights=draw(ATTRIBUTES),
        slope=0.7,
        offset=2.0,
        seen=(-3.0, 1.0),
        familiarity=Familiarity(
            draw(STYLE), torch.eye(2, STYLE), torch.tensor([2.0, 1.0]), 0.5, farthest=60.0
        ),
        facts={"persons": 9},
    )


def test_evidence_is_the_log_of_a_ratio_of_probabilities() -> None:
    """Drawn from the model itself: two images of one person share a state, those of two persons need not."""
    p, q, pi = 0.8, 0.3, 0.2
    together = p * q / pi + (1 - p) * (1 - q) / (1 - pi)
    found = evidence_of_sameness(torch.tensor([p]), torch.tensor([q]), torch.tensor([pi]))
    assert found.item() == pytest.approx(math.log(together))


def test_what_cannot_be_seen_is_no_evidence_and_contradiction_is_against() -> None:
    pi = torch.tensor([0.1, 0.5, 0.7])
    anything = torch.tensor([0.05, 0.5, 0.99])
    assert evidence_of_sameness(pi, anything, pi).abs().max() < 1e-6
    sure, other = torch.ones(3), torch.zeros(3)
    assert (evidence_of_sameness(sure, other, pi) < 0).all()
    agree = evidence_of_sameness(sure, sure, pi)
    assert (agree > 0).all() and agree.argmax() == 0  # the rarest state says most
    bounded = evidence_of_sameness(sure, other, torch.tensor([0.0, 1.0, 0.5]))
    assert bounded.isfinite().all() and bounded.abs().max() < -2 * math.log(LEAST)


def test_the_score_is_a_sum_over_pairs_and_attributes() -> None:
    model, generator = make_model(), torch.Generator().manual_seed(4)
    a, b = (torch.randn(n, SIZE, generator=generator) for n in (2, 4))
    appearances = [torch.randn(n, ATTRIBUTES, APPEARANCE, generator=generator) for n in (2, 4)]
    components = torch.randn(2, 4, ATTRIBUTES + 1, generator=generator)
    styles = torch.zeros(2, STYLE), torch.zeros(4, STYLE)
    sides = [model.read(*side) for side in zip((a, b), appearances, styles, strict=True)]
    scores = model.score(*sides, components)
    weight, bias = model.classifier
    for i in range(2):
        for j in range(4):
            unit = [a[i] / a[i].norm(), b[j] / b[j].norm()]
            slow = model.distance_weight * (1 - float(unit[0] @ unit[1]))
            for k in range(ATTRIBUTES):
                p, q = (1 / (1 + math.exp(-float(weight[k] @ side + bias[k]))) for side in unit)
                p, q, pi = (min(max(x, LEAST), 1 - LEAST) for x in (p, q, float(model.prevalence[k])))
                slow += float(model.evidence_weights[k]) * math.log(p * q / pi + (1 - p) * (1 - q) / (1 - pi))
            slow += sum(float(w * c) for w, c in zip(model.ledger_weights, components[i, j], strict=True))
            for k in range(ATTRIBUTES):
                own = [x / x.norm() - model.usual[k] for x in (appearances[0][i, k], appearances[1][j, k])]
                cosine = float(own[0] @ own[1] / own[0].norm() / own[1].norm())
                slow += float(model.appearance_weights[k]) * cosine
            assert scores[i, j].item() == pytest.approx(slow, rel=1e-4, abs=1e-5)
    probability = model.probability(scores)
    assert probability[0, 0].item() == pytest.approx(
        1 / (1 + math.exp(-0.7 * scores[0, 0].item() - 2)), rel=1e-4
    )
    some = torch.tensor([[-3.1, -3.0, 1.0, 1.1]])
    known = torch.ones(4, dtype=torch.bool)
    seen = torch.tensor([[False, True, True, False]])
    assert torch.equal(model.has_seen(some, known[:1], known), seen)
    assert torch.equal(
        model.has_seen(some, known[:1], torch.tensor([True, True, False, True])), seen & (some < 1)
    )
    assert not model.has_seen(some, ~known[:1], known).any()


def test_cosine_distance_does_not_look_at_lengths() -> None:
    a, b = torch.randn(3, SIZE), torch.randn(2, SIZE)
    assert torch.allclose(cosine_distances(a, b), cosine_distances(3 * a, b / 2), atol=1e-6)
    assert cosine_distances(a, a).diag().abs().max() < 1e-6


def test_another_number_of_attributes_is_refused() -> None:
    model = make_model()
    side = model.read(torch.randn(1, SIZE), torch.randn(1, ATTRIBUTES, APPEARANCE), torch.zeros(1, STYLE))
    with pytest.raises(InterpreterError, match="knows 3 attributes, and the interpreter explains 4"):
        model.score(side, side, torch.zeros(1, 1, 5))


def test_a_model_survives_being_taken_apart() -> None:
    model = make_model()
    tensors, plain = model_to_parts(model)
    again = model_from_parts(tensors, json.loads(json.dumps(plain)))
    side = model.read(torch.randn(2, SIZE), torch.randn(2, ATTRIBUTES, APPEARANCE), torch.zeros(2, STYLE))
    components = torch.randn(2, 2, ATTRIBUTES + 1)
    assert torch.equal(again.score(side, side, components), model.score(side, side, components))
    assert (again.slope, again.offset, again.seen, again.facts) == (0.7, 2.0, (-3.0, 1.0), {"persons": 9})


@pytest.mark.parametrize(
    "broken", ["classifier.bias", "ledger_weights", "look_weights", "slope", "seen", "farthest"]
)
def test_a_damaged_model_is_refused(broken: str) -> None:
    tensors, plain = model_to_parts(make_model())
    parts = (
        {k: v for k, v in tensors.items() if k != broken},
        {k: v for k, v in plain.items() if k != broken},
    )
    with pytest.raises(InterpreterError, match="damaged .* calibrate again"):
        model_from_parts(*parts)
    longer, plain = model_to_parts(replace(make_model(), ledger_weights=torch.zeros(9)))
    with pytest.raises(InterpreterError, match="different sizes"):
        model_from_parts(longer, plain)
