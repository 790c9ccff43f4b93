"""What calibrated answers are held against."""

from __future__ import annotations

import numpy as np

from attrimeter.benchmarking.changes.baselines import add_up, baseline_answers, random_groups
from attrimeter.benchmarking.changes.scoring import answer_cases, held_out_probabilities, true_answers
from benchmarking.changes.change_examples import make_cases


def test_contributions_that_add_up_and_are_true_are_never_wrong() -> None:
    cases = make_cases(noise=0.0)
    answers = add_up(cases, -cases.shares * cases.distances[:, None])
    truth = true_answers(cases)
    assert np.array_equal(answers.found, truth.found) and np.array_equal(answers.columns, truth.columns)


def test_random_groups_are_as_many_and_differ() -> None:
    cases = make_cases(noise=0.05)
    like = answer_cases(cases, held_out_probabilities(cases), sure=0.9)
    found = random_groups(cases, like, seed=1)
    assert not (found.sets & ~cases.differs).any()
    sizes = np.minimum(like.sets.sum(axis=1), cases.differs.sum(axis=1))
    assert np.array_equal(found.sets.sum(axis=1), sizes)
    assert np.array_equal(cases.sets[found.columns[found.found]], found.sets[found.found])
    assert not np.array_equal(found.sets, random_groups(cases, like, seed=2).sets)


def test_every_baseline_is_named_once() -> None:
    for turn, count in (("match", 5), ("no match", 4), ("swap", 5)):
        cases = make_cases(noise=0.05, turn=turn)  # type: ignore[arg-type]
        probabilities = held_out_probabilities(cases)
        answers = answer_cases(cases, probabilities, sure=0.9)
        lines = list(baseline_answers(cases, answers, probabilities, shares=np.full(5, 0.2), seed=0))
        assert len({name for name, _, _ in lines}) == len(lines) == count
        surest = next(each for name, _, each in lines if name == "the surest of all")
        assert np.array_equal(surest.columns, probabilities.argmax(axis=1))
