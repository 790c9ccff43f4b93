"""Which attribute groups would have to change to turn the answer about a pair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from attrimeter.arrays import Array
from attrimeter.errors import SettingsError
from attrimeter.explaining.changes.forecast import (
    EditForecast,
    back_features,
    forecast_edits,
    onward_features,
)
from attrimeter.explaining.changes.set_model import crossing_probabilities, expected_changes
from attrimeter.explaining.changes.smallest_sets import MOST, group_sets, smallest_likely, smallest_sets
from attrimeter.interpreter import ImageReading, Interpreter
from attrimeter.values import ChangeAnswer
from attrimeter.values.change_answer import ChangeCard, Turn


@dataclass(frozen=True)
class Rival:
    """An image that the target puts nearer to the first one than the second.

    Attributes:
        name: what to call it.
        reading: of it alone.
    """

    name: str
    reading: ImageReading


@dataclass(frozen=True)
class _Answer:
    """The groups of an answer (none for none), the expected D^2 after their change, and how sure it is."""

    groups: Array
    after: float | None
    probability: float | None


def answer_change(
    interpreter: Interpreter, first: ImageReading, second: ImageReading, *, rival: Rival | None = None
) -> ChangeAnswer | None:
    """The fewest groups of one second image that would make or break a match, or put it before a rival.

    Args:
        rival: None asks for the match.

    Returns:
        None where nobody calibrated up to which distance a pair is a match, where the pair matches and it was
        not measured what a difference would add, or where the interpreter does not predict changes. What
        contributions alone say, without a probability, where answers were not calibrated.

    Raises:
        InterpreterError: a rival, and an interpreter that does not predict changes.
        SettingsError: the second image ranks before the rival already.
    """
    if rival is None and not interpreter.form.predicts_changes:
        return None
    limit = _match_distance(interpreter) if rival is None else _distance(interpreter, first, rival.reading)
    if limit is None:
        return None
    distance = _distance(interpreter, first, second)
    if rival is not None and distance <= limit:
        raise SettingsError(
            f"{rival.name} (distance {limit:.4g}) does not rank before the second image (distance "
            f"{distance:.4g}); name one that does, or exchange the two."
        )
    turn: Turn = "swap" if rival is not None else "match" if distance > limit else "no match"
    metric = interpreter.target.metric
    forecast, threshold = forecast_edits(interpreter, first, second), metric.to_squared(limit)
    card = interpreter.facts.changes
    if card is None and turn == "no match":
        return None
    found = _add_up(forecast, threshold) if card is None else _most_likely(forecast, threshold, card, turn)
    names, order = tuple(interpreter.schema.groups), np.argsort(-np.abs(forecast.shares[0]), kind="stable")
    return ChangeAnswer(
        turn=turn,
        groups=tuple(names[index] for index in order if found.groups[index]),
        distance=distance,
        threshold=limit,
        after=None if found.after is None else metric.from_squared(max(0.0, found.after)),
        most=MOST,
        probability=found.probability,
        rival="" if rival is None else rival.name,
    )


def _add_up(forecast: EditForecast, threshold: float) -> _Answer:
    taken = forecast.shares * forecast.distances[:, None]
    answers = smallest_sets(taken, distances=forecast.distances, thresholds=np.array([threshold]))
    groups = answers.sets[0]
    after = float(forecast.distances[0] - taken[0, groups].sum())
    return _Answer(groups, after if answers.found[0] else None, None)


def _most_likely(forecast: EditForecast, threshold: float, card: ChangeCard, turn: Turn) -> _Answer:
    sets = group_sets(forecast.shares.shape[1], most=MOST)
    if turn == "no match":
        model, unit, allowed = card.onward, card.threshold, None
        features = onward_features(forecast, sets, threshold=card.threshold)
    else:
        model, unit, allowed = card.back, float(forecast.distances[0]), forecast.may_differ
        features = back_features(forecast, sets)
    expected = expected_changes(model, features)
    needed = (threshold - forecast.distances) / unit
    probabilities = crossing_probabilities(model, expected, needed)
    answers = smallest_likely(probabilities, sets, sure=card.rules[turn].sure, allowed=allowed)
    if not answers.found[0]:
        return _Answer(answers.sets[0], None, None)
    column = int(answers.columns[0])
    after = float(forecast.distances[0] + unit * expected[0, column])
    return _Answer(answers.sets[0], after, float(probabilities[0, column]))


def _match_distance(interpreter: Interpreter) -> float | None:
    model = interpreter.same_person
    found = None if model is None else model.facts.get("match_distance")
    return None if found is None else float(found)


def _distance(interpreter: Interpreter, first: ImageReading, second: ImageReading) -> float:
    squared = (first.embeddings - second.embeddings).double().square().sum()
    return interpreter.target.metric.from_squared(float(squared))
