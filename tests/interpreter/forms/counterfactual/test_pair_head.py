"""The pair head: its additive part against Shapley values of all subsets, its layers against plain ones."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from attrimeter.interpreter.forms.counterfactual.pair_head import GroupLinear, PairHead, PairSide
from attrimeter.metrics.shapley import shapley_values

PAIRS, GROUPS, FEATURES, SIZE = 4, 5, 6, 7


def make_head(*, additive_only: bool = False) -> PairHead:
    torch.manual_seed(2)
    head = PairHead(features=FEATURES, size=SIZE, groups=GROUPS, hidden=8, context=3).double().eval()
    with torch.no_grad():
        if not additive_only:
            head.value.normal_()
            head.value_bias.normal_()
    return head


def make_side(seed: int, pairs: int = PAIRS) -> PairSide:
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape: int) -> Tensor:
        return torch.randn(pairs, *shape, generator=generator, dtype=torch.float64)

    return PairSide(draw(GROUPS, FEATURES), draw(GROUPS, SIZE), draw(GROUPS).sigmoid(), draw(SIZE))


@pytest.mark.parametrize("groups", [1, 3, 5])
def test_were_moves_additive_its_values_would_be_shapley_values(groups: int) -> None:
    """Every subset of the moves is taken, and the squared distance of each is measured."""
    a, b = make_side(0), make_side(1)
    revealed = (torch.arange(GROUPS) < groups).double().expand(PAIRS, -1)
    prediction = make_head(additive_only=True)(a, b, revealed=revealed)
    moves = prediction.moves.detach().numpy()
    first, second = a.embeddings.numpy(), b.embeddings.numpy()
    for pair in range(PAIRS):
        start = second[pair] - moves[pair, :groups].sum(axis=0)
        squared = []
        for subset in range(2**groups):
            taken = [group for group in range(groups) if subset >> group & 1]
            squared.append(((start + moves[pair, taken].sum(axis=0) - first[pair]) ** 2).sum())
        assert squared[-1] == pytest.approx(((second[pair] - first[pair]) ** 2).sum())
        truth = shapley_values(np.array([squared]))[0] / squared[-1]
        np.testing.assert_allclose(prediction.values[pair, :groups].detach().numpy(), truth, rtol=1e-9)


def test_a_share_is_the_value_times_the_chance_that_the_group_differs() -> None:
    prediction = make_head()(make_side(0), make_side(1))
    chance = 1 / (1 + (-prediction.differs).exp())
    torch.testing.assert_close(prediction.shares, chance * prediction.values)


def test_told_replaces_the_chance() -> None:
    head, a, b = make_head(), make_side(0), make_side(1)
    free = head(a, b)
    same = head(a, b, revealed=free.differs.sigmoid())
    torch.testing.assert_close(same.values, free.values)
    for revealed in (torch.zeros(PAIRS, GROUPS), torch.ones(PAIRS, GROUPS)):
        prediction = head(a, b, revealed=revealed.double())
        assert not torch.allclose(prediction.values, free.values)
        torch.testing.assert_close(prediction.differs, free.differs)
        torch.testing.assert_close(prediction.shares, free.differs.sigmoid() * prediction.values)


def test_pairs_know_nothing_of_each_other() -> None:
    head, a, b = make_head(), make_side(0), make_side(1)
    whole = head(a, b).shares
    for pair in range(PAIRS):
        rows = slice(pair, pair + 1)
        alone = head(*(PairSide(**{k: v[rows] for k, v in vars(side).items()}) for side in (a, b)))
        torch.testing.assert_close(alone.shares, whole[rows])
    assert head(make_side(0, 0), make_side(1, 0)).shares.shape == (0, GROUPS)


def test_two_equal_sides_give_finite_numbers() -> None:
    side = make_side(0)
    assert bool(torch.isfinite(make_head()(side, side).shares).all())


def test_a_group_s_layer_is_a_linear_layer_of_its_own() -> None:
    torch.manual_seed(0)
    layer, inputs = GroupLinear(GROUPS, 3, 2), torch.randn(PAIRS, GROUPS, 3)
    nn.init.normal_(layer.bias)
    outputs = layer(inputs)
    assert outputs.shape == (PAIRS, GROUPS, 2)
    for group in range(GROUPS):
        plain = nn.Linear(3, 2)
        plain.load_state_dict({"weight": layer.weight[group].T, "bias": layer.bias[group, 0]})
        torch.testing.assert_close(outputs[:, group], plain(inputs[:, group]))
