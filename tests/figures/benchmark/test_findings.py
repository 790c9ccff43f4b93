from __future__ import annotations

import math
from dataclasses import replace

import pytest

from attrimeter.figures.benchmark.findings import (
    USELESS,
    first_interpreter,
    group_average,
    headline,
    relative_error,
)
from attrimeter.values import AgreementScores, Benchmark, ExplainerScores, Score
from figures.benchmark_examples import UNKNOWN, empty_benchmark, example_benchmark, example_line


def with_error(line: ExplainerScores, error: Score) -> ExplainerScores:
    scores: AgreementScores = replace(line.kinds["many"], relative_error=error)
    return replace(line, kinds={"many": scores})


def contest(own: Score, average: Score, *others: ExplainerScores) -> Benchmark:
    lines = (
        with_error(example_line("mine", 0.5, interpreter=True), own),
        with_error(example_line("group average x D^2", 0.5, told=True), average),
    )
    return replace(example_benchmark(), explainers=(*lines, *others))


@pytest.mark.parametrize(
    ("own", "average", "sentence"),
    [
        (Score(0.3, 0.28, 0.32), Score(0.4, 0.37, 0.43), "It is clearly closer than the group average"),
        (Score(0.3, 0.28, 0.37), Score(0.4, 0.37, 0.43), "the intervals overlap: not proven."),
        (Score(0.3, math.nan, math.nan), Score(0.4, 0.37, 0.43), "the intervals overlap: not proven."),
        (Score(0.4, 0.38, 0.42), Score(0.4, 0.38, 0.42), USELESS),
        (Score(0.6, 0.5, 0.7), Score(0.4, 0.37, 0.43), USELESS),
        (Score(0.3, 0.28, 0.32), UNKNOWN, "There is no group average to compare it with."),
    ],
)
def test_an_interpreter_wins_only_where_the_intervals_are_apart(
    own: Score, average: Score, sentence: str
) -> None:
    told = " ".join(headline(contest(own, average)))
    assert sentence in told
    assert ("clearly" in told) == (own.high < average.low)
    assert (USELESS in told) == (own.value >= average.value)


def test_the_numbers_are_percent_with_their_interval() -> None:
    first, second = headline(contest(Score(0.3, 0.28, 0.32), Score(0.4, 0.37, 0.43)))
    assert first.startswith("mine comes closest") and "off by 30 % (28 to 32)" in first
    assert "off by 40 % (37 to 43)" in second


def test_a_better_baseline_is_named_first_and_the_interpreter_still_judged() -> None:
    occlusion = example_line("occlusion", 0.1, told=True)
    first, second = headline(contest(Score(0.3, 0.28, 0.32), Score(0.4, 0.37, 0.43), occlusion))
    assert first.startswith("occlusion, which uses the labels of which groups differ, comes closest")
    assert second.startswith("mine, off by 30 % (28 to 32), is clearly closer")


def test_baselines_alone_and_nothing_at_all_are_told() -> None:
    lines = tuple(line for line in example_benchmark().explainers if not line.interpreter)
    assert headline(replace(example_benchmark(), explainers=lines))[1].startswith("No interpreter")
    assert headline(empty_benchmark())[0].startswith("No pair with many differences")


def test_the_lines_that_matter_are_found() -> None:
    interpreter, average = first_interpreter(example_benchmark()), group_average(example_benchmark())
    assert interpreter is not None and interpreter.name == "counterfactual"
    assert average is not None and relative_error(average).value == 0.46
    assert math.isnan(relative_error(average, "unheard of").value)
    assert first_interpreter(empty_benchmark()) is None and group_average(empty_benchmark()) is None


def test_the_truth_measured_again_is_no_explainer() -> None:
    again = replace(example_line("measured again", 0.1, told=True), ceiling=True)
    first, _, last = headline(contest(Score(0.3, 0.28, 0.32), Score(0.4, 0.37, 0.43), again))
    assert first.startswith("mine comes closest")
    assert last == "Measured a second time, the truth itself is off by 10 % (7 to 13)."


def test_a_number_is_told_once() -> None:
    told = " ".join(headline(contest(Score(0.6, 0.5, 0.7), Score(0.4, 0.37, 0.43))))
    assert told.startswith("group average x D^2, which uses the labels") and told.count("off by 40 %") == 1
    assert "mine, off by 60 % (50 to 70), is not closer than the group average, which never looks" in told
