"""Answers to questions whose truth was measured: how they are learnt, given and scored."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float

from attrimeter.arrays import Array
from attrimeter.benchmarking.changes.cases import ChangeCases
from attrimeter.explaining.changes.set_model import crossing_probabilities, expected_changes, fit_set_model
from attrimeter.explaining.changes.smallest_sets import SmallestSets, smallest_crossing, smallest_likely
from attrimeter.metrics.bootstrap import bootstrap_mean
from attrimeter.values import Score
from attrimeter.values.change_answer import ChangeRule, SetModel
from attrimeter.values.changes import ChangeLine

WANTED = 0.9
"""Share of the training pairs that can be turned whose answer must work."""

SURE = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
FOLDS = 5


def learn_changes(cases: ChangeCases) -> SetModel:
    """What changes do, from all sets that were measured."""
    changes = (cases.measured - cases.distances[:, None]) / cases.scale[:, None]
    usable = ~(~cases.allowed @ cases.sets.T)
    return fit_set_model(cases.features, changes, cases.sets.sum(axis=1), known=usable)


def work_probabilities(cases: ChangeCases, model: SetModel) -> Float[Array, "n sets"]:
    """Of each set, that its change turns the pair."""
    needed = (cases.thresholds - cases.distances) / cases.scale
    return crossing_probabilities(model, expected_changes(model, cases.features), needed)


def answer_cases(cases: ChangeCases, probabilities: Float[Array, "n sets"], *, sure: float) -> SmallestSets:
    """The smallest sure set of each pair, or the surest."""
    return smallest_likely(probabilities, cases.sets, sure=sure, allowed=cases.allowed)


def true_answers(cases: ChangeCases) -> SmallestSets:
    """The truly smallest sets, of the groups that differ."""
    return smallest_crossing(
        cases.measured,
        cases.sets,
        distances=cases.distances,
        thresholds=cases.thresholds,
        allowed=cases.differs,
    )


def really_works(cases: ChangeCases, answers: SmallestSets) -> Bool[Array, " n"]:
    """Whether the distance measured after the edit lies on the other side; never where there is no answer."""
    measured = cases.measured[np.arange(len(cases)), answers.columns]
    apart = cases.distances > cases.thresholds
    crossed = np.where(apart, measured <= cases.thresholds, measured > cases.thresholds)
    found: Array = answers.found & crossed
    return found


def held_out_probabilities(cases: ChangeCases, training: ChangeCases | None = None) -> Float[Array, "n sets"]:
    """Of each set, by models that have not seen the couple of persons; in five folds of couples.

    Args:
        training: other questions about the same pairs that the models learn from; None for ``cases``.
    """
    source = cases if training is None else training
    known = np.unique(np.concatenate([cases.identities, source.identities]))
    dealt = np.random.default_rng(9).permutation(np.arange(len(known)) % FOLDS)
    own, folds = (dealt[np.searchsorted(known, each.identities)] for each in (cases, source))
    found = np.zeros(cases.measured.shape)
    for fold in range(FOLDS):
        if (own == fold).any():
            model = learn_changes(source.take(folds != fold))
            found[own == fold] = work_probabilities(cases.take(own == fold), model)
    return found


def choose_rule(
    cases: ChangeCases, probabilities: Float[Array, "n sets"], *, wanted: float = WANTED
) -> ChangeRule:
    """The least caution with which the wanted share of pairs that can be turned are; else the best."""
    truth = true_answers(cases)
    possible = truth.found
    rules = []
    for sure in SURE:
        answers = answer_cases(cases, probabilities, sure=sure)
        works = really_works(cases, answers) & possible
        small = works & (answers.sets.sum(axis=1) <= truth.sets.sum(axis=1))
        pairs = int(possible.sum())
        rules.append(
            ChangeRule(sure, int(works.sum()) / max(pairs, 1), int(small.sum()) / max(pairs, 1), pairs)
        )
    good = [rule for rule in rules if rule.works >= wanted]
    return good[0] if good else max(rules, key=lambda rule: rule.works)


def score_answers(
    cases: ChangeCases,
    answers: SmallestSets,
    *,
    name: str,
    uses_labels: bool = False,
    samples: int = 1000,
    seed: int = 0,
) -> ChangeLine:
    """One line of the table; its intervals are bootstrapped over identities."""
    truth = true_answers(cases)
    possible = truth.found
    works = really_works(cases, answers)
    excess = answers.sets.sum(axis=1) - truth.sets.sum(axis=1)

    def mean(values: Array, rows: Array) -> Score:
        chosen = values[rows].astype(np.float64)
        return bootstrap_mean(chosen, cases.identities[rows], samples=samples, seed=seed)

    return ChangeLine(
        name=name,
        uses_labels=uses_labels,
        works=mean(works, possible),
        smallest=mean(works & (excess <= 0), possible),
        excess=mean(excess, possible & works),
        answered=float(answers.found[possible].mean()) if possible.any() else float("nan"),
        right=mean(works, answers.found),
    )
