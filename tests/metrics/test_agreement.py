"""Every score against a plain loop over pairs and groups."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest
from scipy.stats import spearmanr

from attrimeter.metrics.agreement import score_agreement, score_groups, share_of_groups, share_of_leads
from attrimeter.metrics.bootstrap import bootstrap_mean, bootstrap_ratio


@dataclass
class Pairs:
    contributions: np.ndarray
    truth: np.ndarray
    differs: np.ndarray
    totals: np.ndarray
    identities: np.ndarray

    def arguments(self) -> tuple[np.ndarray, ...]:
        return self.contributions, self.truth, self.differs, self.totals, self.identities


@pytest.fixture
def pairs() -> Pairs:
    rng = np.random.default_rng(2)
    differs = rng.random((50, 6)) < 0.5
    differs[:, 5] = False  # a group that differs nowhere
    truth = np.where(differs, rng.normal(1.0, 2.0, (50, 6)), 0.0)
    contributions = truth + rng.normal(0, 1.0, (50, 6)) * (rng.random((50, 6)) < 0.6)
    return Pairs(contributions, truth, differs, 20 + 5 * rng.random(50), np.arange(50) // 2)


def test_sums_over_all_pairs(pairs: Pairs) -> None:
    error = leak = size = right = judged = 0.0
    for c, phi, differs in zip(pairs.contributions, pairs.truth, pairs.differs, strict=True):
        in_all = sum(abs(x) for x in phi)
        for i in range(6):
            error += abs(c[i] - phi[i])
            leak += 0 if differs[i] else abs(c[i])
            size += abs(phi[i])
            if phi[i] != 0 and abs(phi[i]) >= 0.1 * in_all:
                judged += 1
                right += c[i] * phi[i] > 0
    scores = score_agreement(*pairs.arguments())
    assert math.isclose(scores.relative_error.value, error / size)
    assert math.isclose(scores.leak.value, leak / size)
    assert math.isclose(scores.sign.value, right / judged)
    assert scores.pairs == 50


def test_means_over_pairs_with_three_differences(pairs: Pairs) -> None:
    correlations, hits = [], []
    for c, phi, differs in zip(pairs.contributions, pairs.truth, pairs.differs, strict=True):
        here = [i for i in range(6) if differs[i]]
        if len(here) < 3:
            continue
        correlations.append(spearmanr(c[here], phi[here]).statistic)
        best = max(here, key=lambda i: phi[i])
        if phi[best] > 0:
            hits.append(all(c[best] > c[i] for i in range(6) if i != best))
    scores = score_agreement(*pairs.arguments())
    assert 10 < len(hits) < 50
    assert math.isclose(scores.spearman.value, np.mean(correlations))
    assert math.isclose(scores.top1.value, np.mean(hits))


def test_intervals_resample_identities(pairs: Pairs) -> None:
    """Against a loop that draws the same identities and adds up their pairs one after the other."""
    scores = score_agreement(*pairs.arguments(), samples=100, seed=4)
    replicates = []
    for times in np.random.default_rng(4).multinomial(25, np.full(25, 1 / 25), size=100):
        rows = [row for row in range(50) for _ in range(times[pairs.identities[row]])]
        errors = np.abs(pairs.contributions[rows] - pairs.truth[rows]).sum()
        replicates.append(errors / np.abs(pairs.truth[rows]).sum())
    low, high = np.quantile(replicates, [0.025, 0.975])
    np.testing.assert_allclose([scores.relative_error.low, scores.relative_error.high], [low, high])


def test_perfect_attribution(pairs: Pairs) -> None:
    pairs.contributions = pairs.truth
    scores = score_agreement(*pairs.arguments())
    assert (scores.relative_error.value, scores.leak.value) == (0, 0)
    assert (scores.spearman.value, scores.top1.value, scores.sign.value) == (pytest.approx(1), 1, 1)


def test_ties_for_the_largest_are_misses(pairs: Pairs) -> None:
    pairs.contributions = pairs.differs.astype(float)
    scores = score_agreement(*pairs.arguments())
    assert scores.top1.value == 0 and scores.spearman.value == 0
    pairs.contributions = np.zeros_like(pairs.truth)
    nothing = score_agreement(*pairs.arguments())
    assert nothing.relative_error.value == 1 and nothing.sign.value == 0


def test_what_does_not_differ_can_take_the_first_place(pairs: Pairs) -> None:
    pairs.contributions = pairs.truth.copy()
    pairs.contributions[:, 5] = 100.0
    assert score_agreement(*pairs.arguments()).top1.value == 0


def test_the_largest_is_signed_and_must_add_to_the_distance() -> None:
    truth = np.array([[-5.0, 1.0, -3.0, 0.0], [-5.0, -1.0, -3.0, 0.0]])
    differs = np.array([[True, True, True, False]] * 2)
    attribution = np.array([[-5.0, 0.2, -3.0, 0.1]] * 2)
    scores = [
        score_agreement(attribution[[row]], truth[[row]], differs[[row]], np.ones(1), np.zeros(1, dtype=int))
        for row in (0, 1)
    ]
    assert scores[0].top1.value == 1 and math.isnan(scores[1].top1.value)


def test_same_person(pairs: Pairs) -> None:
    pairs.differs[:], pairs.truth[:] = False, 0.0
    scores = score_agreement(*pairs.arguments())
    assert math.isclose(scores.leak.value, np.abs(pairs.contributions).sum() / pairs.totals.sum())
    for score in (scores.relative_error, scores.spearman, scores.top1, scores.sign):
        assert math.isnan(score.value) and math.isnan(score.low) and math.isnan(score.high)


def test_no_pairs() -> None:
    none = np.zeros((0, 6))
    scores = score_agreement(none, none, none.astype(bool), none[:, 0], np.zeros(0, dtype=int))
    assert scores.pairs == 0
    assert all(math.isnan(s.value) for s in (scores.relative_error, scores.leak, scores.top1, scores.sign))


def test_groups_against_a_loop(pairs: Pairs) -> None:
    names = ("a", "b", "c", "d", "e", "f")
    scores = score_groups(*pairs.arguments(), names)
    assert tuple(scores) == names
    for i, name in enumerate(names[:5]):
        error = leak = size = right = judged = 0.0
        booked, true = [], []
        for row in range(50):
            c, phi = pairs.contributions[row, i], pairs.truth[row, i]
            if not pairs.differs[row, i]:
                leak += abs(c)
                continue
            error, size = error + abs(c - phi), size + abs(phi)
            booked.append(c / pairs.totals[row])
            true.append(phi / pairs.totals[row])
            if abs(phi) >= 0.1 * np.abs(pairs.truth[row]).sum():
                judged, right = judged + 1, right + (c * phi > 0)
        found = scores[name]
        assert math.isclose(found.relative_error.value, error / size)
        assert math.isclose(found.leak.value, leak / size)
        assert math.isclose(found.correlation.value, spearmanr(booked, true).statistic)
        assert math.isclose(found.sign.value, right / judged)
        assert math.isclose(found.true_share.value, np.mean(true))
        assert found.pairs == len(true)
        assert found.correlation.low < found.correlation.value < found.correlation.high


def test_a_group_that_never_differs(pairs: Pairs) -> None:
    found = score_groups(*pairs.arguments(), tuple("abcdef"))["f"]
    assert found.pairs == 0
    scores = (found.relative_error, found.leak, found.correlation, found.sign, found.true_share)
    assert all(math.isnan(score.value) for score in scores)


RNG = np.random.default_rng(5)
CONTRIBUTIONS = RNG.normal(size=(30, 5))
IDENTITIES = RNG.integers(0, 12, size=30)
TOTALS = RNG.uniform(1, 3, size=30)


def test_share_of_all_contributions() -> None:
    part = whole = 0.0
    for row in CONTRIBUTIONS:
        part += abs(row[1]) + abs(row[4])
        whole += sum(abs(value) for value in row)
    found = share_of_groups(CONTRIBUTIONS, [1, 4], IDENTITIES, samples=50, seed=2)
    assert found.value == pytest.approx(part / whole)
    assert found.low < found.value < found.high
    sizes = np.abs(CONTRIBUTIONS)
    assert found == bootstrap_ratio(
        sizes[:, [1, 4]].sum(axis=1), sizes.sum(axis=1), IDENTITIES, samples=50, seed=2
    )


def test_share_of_the_distance() -> None:
    found = share_of_groups(CONTRIBUTIONS, (0,), IDENTITIES, totals=TOTALS, samples=20)
    assert found.value == pytest.approx(sum(abs(row[0]) for row in CONTRIBUTIONS) / sum(TOTALS))


def test_leads_are_largest_and_untied() -> None:
    contributions = CONTRIBUTIONS.copy()
    contributions[0] = [3, 1, 3, 0, 0]
    contributions[1] = [3, 1, -4, 0, 0]
    contributions[2] = 0
    leads = []
    for row in contributions:
        others = [value for column, value in enumerate(row) if column != 0]
        leads.append(float(all(row[0] > value for value in others)))
    assert leads[:3] == [0, 1, 0]
    found = share_of_leads(contributions, 0, IDENTITIES, samples=50, seed=1)
    assert found == bootstrap_mean(np.array(leads), IDENTITIES, samples=50, seed=1)
    assert found.value == pytest.approx(sum(leads) / 30)


def test_nothing_to_share() -> None:
    none = np.zeros((4, 3))
    assert math.isnan(share_of_groups(none, [0], np.arange(4)).value)
    assert math.isnan(share_of_leads(none[:0], 0, np.arange(0)).value)
    assert share_of_leads(none, 0, np.arange(4), samples=10).value == 0
