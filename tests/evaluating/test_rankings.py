"""AMD's re-weighting and the same-person model, one pair at a time."""

from __future__ import annotations

import pytest
import torch

from attrimeter.evaluating.rankings import (
    COSINE,
    DIFFERING,
    LARGEST,
    SAME_PERSON,
    PairBlock,
    emphases,
    rank_block,
)
from attrimeter.interpreter.familiarity import Familiarity
from attrimeter.interpreter.same_person import PersonSide, SamePersonModel

ATTRIBUTES, SIZE = 3, 4


@pytest.fixture
def block() -> PairBlock:
    generator = torch.Generator().manual_seed(0)
    sides = [
        PersonSide(
            torch.randn(n, SIZE, generator=generator),
            torch.rand(n, ATTRIBUTES, generator=generator),
            torch.randn(n, ATTRIBUTES, 2, generator=generator),
            torch.ones(n, dtype=torch.bool),
        )
        for n in (2, 3)
    ]
    components = torch.randn(2, 3, ATTRIBUTES + 1, generator=generator)
    components[0, 0] = -components[0, 0].abs()
    return PairBlock(*sides, components)


def test_emphases_are_shares_of_what_is_read_not_of_labels(block: PairBlock) -> None:
    found = emphases(block.components, block.queries.states, block.gallery.states)
    for i in range(2):
        for j in range(3):
            positive = [max(float(c), 0.0) for c in block.components[i, j]]
            total = sum(positive)
            shares = [value / total if total else 0.0 for value in positive[:ATTRIBUTES]]
            states = block.queries.states[i], block.gallery.states[j]
            differs = [(float(p) > 0.5) != (float(q) > 0.5) for p, q in zip(*states, strict=True)]
            assert found[LARGEST][i, j].item() == pytest.approx(max(shares), abs=1e-6)
            summed = sum(share for share, flag in zip(shares, differs, strict=True) if flag)
            assert found[DIFFERING][i, j].item() == pytest.approx(summed, abs=1e-6)
    assert found[LARGEST][0, 0] == 0


def test_distances_grow_by_strength_times_emphasis(block: PairBlock) -> None:
    model = SamePersonModel(
        classifier=(torch.zeros(ATTRIBUTES, SIZE), torch.zeros(ATTRIBUTES)),
        prevalence=torch.full((ATTRIBUTES,), 0.5),
        distance_weight=-1.0,
        evidence_weights=torch.ones(ATTRIBUTES),
        ledger_weights=torch.ones(ATTRIBUTES + 1),
        usual=torch.zeros(ATTRIBUTES, 2),
        appearance_weights=torch.ones(ATTRIBUTES),
        slope=1.0,
        offset=0.0,
        seen=(-1.0, 1.0),
        familiarity=Familiarity(torch.zeros(SIZE), torch.eye(1, SIZE), torch.ones(1), 1.0, farthest=9.0),
        facts={},
    )
    ranked = rank_block(block, model, {LARGEST: 2.0})
    assert set(ranked) == {COSINE, LARGEST, SAME_PERSON}
    a, b = (torch.nn.functional.normalize(side.embeddings) for side in (block.queries, block.gallery))
    assert torch.allclose(ranked[COSINE], 1 - a @ b.T, atol=1e-6)
    largest = emphases(block.components, block.queries.states, block.gallery.states)[LARGEST]
    assert torch.allclose(ranked[LARGEST], ranked[COSINE] * (1 + 2 * largest), atol=1e-6)
    assert torch.equal(ranked[SAME_PERSON], -model.score(block.queries, block.gallery, block.components))
