from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch

from attrimeter.metrics import PairScores, compare_labels, score_pairs, summarise_attribution
from attrimeter.metrics import attribution as attribution_module

FIELDS = (
    "precision_exclusive",
    "average_precision_exclusive",
    "precision_common",
    "average_precision_common",
)


def plain_ranking(components: list[float], relevant: list[bool], sign: int) -> tuple[float, float]:
    """R-precision and average precision in plain Python."""
    ranking = sorted(range(len(components)), key=lambda k: (sign * components[k], k))
    hits = [relevant[k] for k in ranking]
    count = sum(hits)
    if count == 0:
        return math.nan, math.nan
    precisions = [sum(hits[: r + 1]) / (r + 1) for r, hit in enumerate(hits) if hit]
    return sum(hits[:count]) / count, sum(precisions) / count


def plain_scores(components: list[float], differs: list[bool], known: list[bool]) -> list[float]:
    here = [k for k in range(len(known)) if known[k]]
    values, exclusive = [components[k] for k in here], [differs[k] for k in here]
    return [
        *plain_ranking(values, exclusive, -1),
        *plain_ranking(values, [not e for e in exclusive], 1),
    ]


def random_pairs(seed: int, pairs: int = 60, attributes: int = 9) -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(seed)
    components = torch.randint(-5, 6, (pairs, attributes), generator=generator) / 3  # many ties, both signs
    differs = torch.rand(pairs, attributes, generator=generator) < torch.rand(pairs, 1, generator=generator)
    known = torch.rand(pairs, attributes, generator=generator) < 0.8
    differs[0], differs[1], known[2] = False, True, False
    return components, differs, known


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("with_unknown", [False, True])
def test_against_plain_python(seed: int, with_unknown: bool) -> None:
    components, differs, known = random_pairs(seed)
    everywhere = known if with_unknown else torch.ones_like(known)
    expected = np.array(
        [
            plain_scores(c.tolist(), d.tolist(), k.tolist())
            for c, d, k in zip(components, differs, everywhere, strict=True)
        ]
    )
    scores = score_pairs(components, differs, known=known if with_unknown else None)
    for column, field in enumerate(FIELDS):
        np.testing.assert_allclose(getattr(scores, field).numpy(), expected[:, column], rtol=1e-6)


def test_by_hand() -> None:
    """Ranking from the largest: exclusive, common, exclusive, common."""
    scores = score_pairs(torch.tensor([[0.4, 0.3, 0.2, 0.1]]), torch.tensor([[True, False, True, False]]))
    assert scores.precision_exclusive.item() == 0.5
    assert scores.average_precision_exclusive.item() == pytest.approx((1 + 2 / 3) / 2)
    assert scores.precision_common.item() == 0.5
    assert scores.average_precision_common.item() == pytest.approx((1 + 2 / 3) / 2)


def test_undefined_where_nothing_or_everything_differs() -> None:
    components = torch.rand(2, 5)
    scores = score_pairs(components, torch.tensor([[False] * 5, [True] * 5]))
    assert scores.precision_exclusive.isnan().tolist() == [True, False]
    assert scores.average_precision_exclusive.isnan().tolist() == [True, False]
    assert scores.precision_common.isnan().tolist() == [False, True]
    assert scores.average_precision_common.isnan().tolist() == [False, True]
    assert scores.precision_exclusive[1] == 1 and scores.average_precision_common[0] == 1


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    components, differs, known = random_pairs(9)
    whole = score_pairs(components, differs, known=known)
    monkeypatch.setattr(attribution_module, "_BLOCK", 7)
    blocks = score_pairs(components, differs, known=known)
    for field in FIELDS:
        torch.testing.assert_close(
            getattr(blocks, field), getattr(whole, field), equal_nan=True, rtol=0, atol=0
        )


def test_no_pairs() -> None:
    scores = score_pairs(torch.zeros(0, 4), torch.zeros(0, 4, dtype=torch.bool))
    assert scores.precision_exclusive.shape == (0,)
    summary = summarise_attribution(scores, np.zeros(0, dtype=int))
    assert math.isnan(summary.mean_ap_exclusive.value) and summary.pairs == 0


def test_summary_in_percent_leaves_undefined_pairs_out() -> None:
    values = torch.tensor([1.0, 0.5, torch.nan])
    scores = PairScores(values, values / 2, values * 0, values.nan_to_num(1.0))
    summary = summarise_attribution(scores, np.array([1, 2, 3]), samples=100)
    assert summary.precision_exclusive.value == pytest.approx(75.0)
    assert summary.mean_ap_exclusive.value == pytest.approx(37.5)
    assert summary.precision_common.value == 0.0
    assert summary.mean_ap_common.value == pytest.approx(250 / 3)
    assert summary.precision_exclusive.low <= 75 <= summary.precision_exclusive.high
    assert summary.pairs == 3


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
