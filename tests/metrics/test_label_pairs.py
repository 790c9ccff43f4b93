"""Which labels differ, pair by pair."""

from __future__ import annotations

import itertools

import torch

from attrimeter.metrics import compare_labels


def test_every_combination() -> None:
    for a, b in itertools.product((-1, 0, 1), repeat=2):
        first, second = (torch.tensor([[value]], dtype=torch.int8) for value in (a, b))
        pair = compare_labels(first, second)
        assert bool(pair.known) == (a >= 0 and b >= 0)
        assert bool(pair.differs) == (a >= 0 and b >= 0 and a != b)


def test_all_against_all() -> None:
    a, b = torch.randint(-1, 2, (3, 4)).to(torch.int8), torch.randint(-1, 2, (5, 4)).to(torch.int8)
    pairs = compare_labels(a[:, None], b[None])
    assert pairs.differs.shape == (3, 5, 4)
    assert torch.equal(pairs.differs[1, 2], compare_labels(a[1], b[2]).differs)
