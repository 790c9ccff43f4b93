"""How answers are given and scored: every figure against its own loop."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from attrimeter.benchmarking.changes.cases import ChangeCases
from attrimeter.benchmarking.changes.scoring import (
    answer_cases,
    choose_rule,
    held_out_probabilities,
    learn_changes,
    really_works,
    score_answers,
    true_answers,
    work_probabilities,
)
from attrimeter.explaining.changes.smallest_sets import LEAST
from benchmarking.changes.change_examples import make_cases


def after(cases: ChangeCases, pair: int, chosen: tuple[int, ...]) -> float:
    column = [set(np.flatnonzero(row)) for row in cases.sets].index(set(chosen))
    return float(cases.measured[pair, column])


def truly_smallest(cases: ChangeCases, pair: int) -> int:
    """Number of groups of the smallest set that turns a pair; 0 for none."""
    usable = np.flatnonzero(cases.differs[pair]).tolist()
    for size in (1, 2, 3):
        if any(after(cases, pair, chosen) <= cases.thresholds[pair] for chosen in combinations(usable, size)):
            return size
    return 0


def test_a_line_counts_pair_by_pair() -> None:
    cases = make_cases(noise=0.05)
    answers = answer_cases(cases, held_out_probabilities(cases), sure=0.8)
    line = score_answers(cases, answers, name="own", samples=50)
    works, small, excess, answered, right = [], [], [], [], []
    for pair in range(len(cases)):
        best = truly_smallest(cases, pair)
        chosen = tuple(np.flatnonzero(answers.sets[pair]))
        done = bool(chosen) and after(cases, pair, chosen) <= cases.thresholds[pair]
        if chosen:
            right.append(done)
        if best:
            works.append(done)
            answered.append(bool(chosen))
            small.append(done and len(chosen) == best)
            if done:
                excess.append(len(chosen) - best)
    for score, expected in (
        (line.works, works), (line.smallest, small), (line.excess, excess), (line.right, right),
    ):  # fmt: skip
        assert score.value == pytest.approx(np.mean(expected))
        assert score.low <= score.value <= score.high
    assert line.answered == pytest.approx(np.mean(answered))
    assert 0.5 < line.works.value < 1 and 0 < line.excess.value < 2


def test_who_foresees_all_is_always_right() -> None:
    cases = make_cases(noise=0.0)
    answers = answer_cases(cases, work_probabilities(cases, learn_changes(cases)), sure=0.5)
    line = score_answers(cases, answers, name="own", samples=2)
    assert line.works.value > 0.98 and line.smallest.value > 0.98 and line.excess.value < 0.02


def test_the_truth_names_only_groups_that_differ() -> None:
    cases = make_cases(noise=0.0)
    truth = true_answers(cases)
    assert not (truth.sets & ~cases.differs).any()
    assert (
        really_works(cases, truth)[truth.found].all() and not really_works(cases, truth)[~truth.found].any()
    )


def test_held_out_couples_teach_nothing_about_themselves() -> None:
    cases = make_cases(noise=0.05)
    found = held_out_probabilities(cases)
    own = cases.identities == 3
    spoilt = np.where(own[:, None], 100.0, cases.measured)
    changed = held_out_probabilities(type(cases)(**{**vars(cases), "measured": spoilt}))
    assert np.array_equal(found[own], changed[own]) and not np.array_equal(found[~own], changed[~own])


def test_caution_is_the_least_that_does() -> None:
    cases = make_cases(noise=0.06, pairs=600)
    probabilities = held_out_probabilities(cases)

    def working(sure: float) -> float:
        return score_answers(
            cases, answer_cases(cases, probabilities, sure=sure), name="", samples=2
        ).works.value

    low, high = working(0.5), working(0.95)
    assert low < high
    rule = choose_rule(cases, probabilities, wanted=(low + high) / 2)
    assert 0.5 < rule.sure <= 0.95 and rule.works == pytest.approx(working(rule.sure))
    assert rule.works >= (low + high) / 2 and rule.pairs == int(true_answers(cases).found.sum())
    eager = choose_rule(cases, probabilities, wanted=0.0)
    assert eager.sure == 0.5 and eager.smallest > rule.smallest
    assert choose_rule(cases, probabilities, wanted=2.0).works >= high


def test_what_is_hopeless_has_no_answer() -> None:
    cases = make_cases(noise=0.02)
    far = type(cases)(**{**vars(cases), "thresholds": np.full(len(cases), -1e3)})
    probabilities = work_probabilities(far, learn_changes(cases))
    assert (probabilities < LEAST).all() and not answer_cases(far, probabilities, sure=0.9).found.any()
