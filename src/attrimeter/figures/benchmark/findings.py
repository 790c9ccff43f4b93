"""What a benchmark says in plain words: who comes closest to the truth, and who beats a constant."""

from __future__ import annotations

import math

from attrimeter.figures.text.numerals import UNKNOWN, format_number
from attrimeter.values import Benchmark, ExplainerScores, Score

MANY, FEW, SAME, EDITED = "many", "few", "same", "edited"

GROUP_AVERAGE = "group average"
"""How the name of the baseline begins that gives every pair the same shares of D^2."""

USELESS = "An interpreter that does not beat the group average explains nothing about the pair."


def headline(benchmark: Benchmark) -> tuple[str, ...]:
    """Two to four sentences on the pairs that differ in many groups, by relative error.

    First the explainer with the smallest error, then the best interpreter against the group average, which
    only counts as beaten where the intervals do not overlap, last how far the truth is from itself, if it
    was measured twice. Without such pairs there is one sentence.
    """
    best = _closest(tuple(line for line in benchmark.explainers if not line.ceiling))
    if best is None:
        return ("No pair with many differences was measured, so the explainers cannot be compared.",)
    labels = ", which uses the labels of which groups differ," if best.uses_labels else ""
    first = (
        f"{best.name}{labels} comes closest to the truth: on pairs that differ in many groups its "
        f"contributions are off by {_percent(relative_error(best))} of the true ones."
    )
    return (first, *_against_group_average(benchmark, best), *_against_itself(benchmark))


def relative_error(explainer: ExplainerScores, kind: str = MANY) -> Score:
    """The relative error on pairs of that kind; NaN where there are none."""
    scores = explainer.kinds.get(kind)
    return Score(math.nan, math.nan, math.nan) if scores is None else scores.relative_error


def first_interpreter(benchmark: Benchmark) -> ExplainerScores | None:
    """The first of the interpreters that were asked about; None if there is none."""
    return next((line for line in benchmark.explainers if line.interpreter), None)


def group_average(benchmark: Benchmark) -> ExplainerScores | None:
    """The baseline that never looks at the pair; None if it was not scored."""
    return next((line for line in benchmark.explainers if line.name.startswith(GROUP_AVERAGE)), None)


def _against_group_average(benchmark: Benchmark, best: ExplainerScores) -> tuple[str, ...]:
    interpreter = _closest(tuple(line for line in benchmark.explainers if line.interpreter))
    average = group_average(benchmark)
    if interpreter is None:
        return ("No interpreter is among them: these are baselines.",)
    if average is None or not math.isfinite(relative_error(average).value):
        return ("There is no group average to compare it with.",)
    own, other = relative_error(interpreter), relative_error(average)
    subject = "It" if interpreter is best else f"{interpreter.name}, off by {_percent(own)},"
    number = "" if average is best else f", off by {_percent(other)}"  # which the first sentence says
    rival = f"closer than the group average{number}, which never looks at the pair"
    if own.high < other.low:
        return (f"{subject} is clearly {rival}: the intervals do not overlap.",)
    if own.value < other.value:
        return (f"{subject} is {rival}, but the intervals overlap: not proven.",)
    return (f"{subject} is not {rival}.", USELESS)


def _against_itself(benchmark: Benchmark) -> tuple[str, ...]:
    ceiling = _closest(tuple(line for line in benchmark.explainers if line.ceiling))
    if ceiling is None:
        return ()
    return (f"Measured a second time, the truth itself is off by {_percent(relative_error(ceiling))}.",)


def _closest(explainers: tuple[ExplainerScores, ...]) -> ExplainerScores | None:
    known = [line for line in explainers if math.isfinite(relative_error(line).value)]
    return min(known, key=lambda line: relative_error(line).value, default=None)


def _percent(score: Score) -> str:
    value, low, high = (format_number(100 * end, decimals=0) for end in (score.value, score.low, score.high))
    return f"{value} %" if UNKNOWN in (low, high) else f"{value} % ({low} to {high})"
