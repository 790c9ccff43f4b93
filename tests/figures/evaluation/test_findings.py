from __future__ import annotations

import math
from dataclasses import replace

import pytest

from attrimeter.figures.evaluation.findings import compare_explainers, list_findings
from attrimeter.values import AttributionScores, Score
from figures.examples import example_evaluation

NAN = Score(math.nan, math.nan, math.nan)


def scores(value: Score) -> AttributionScores:
    return AttributionScores(value, value, value, value, pairs=10)


def test_every_number_comes_with_its_meaning_and_its_trust() -> None:
    findings = {finding.title: finding for finding in list_findings(example_evaluation())}
    rank1 = findings["Target: rank-1"]
    assert (rank1.value, rank1.interval) == ("91.2 %", "89.1 to 93.3")
    assert "91 find" in rank1.meaning and "583 queries" in rank1.trust
    assert "not evidence" in findings["Completeness"].trust
    assert findings["Share of “other”"].value == "18.4 %"
    assert "plausibility, not truth" in findings["Interpreter: Ex_mAP_d"].trust
    assert all(finding.meaning and finding.trust for finding in findings.values())


def test_the_gap_belongs_to_the_distilled_form() -> None:
    assert "Distillation gap" not in {f.title for f in list_findings(example_evaluation())}
    gap = next(
        f for f in list_findings(example_evaluation(form="distilled")) if f.title == "Distillation gap"
    )
    assert (gap.value, gap.interval) == ("3.5 %", "3.2 to 3.9")


@pytest.mark.parametrize(
    ("own", "rival", "sentence"),
    [
        (Score(74.0, 73.0, 75.0), Score(66.0, 65.0, 67.0), "Clearly above the best baseline (rival, 66.0)"),
        (
            Score(67.0, 65.5, 68.5),
            Score(66.0, 65.0, 67.0),
            "Above the best baseline (rival, 66.0), but the intervals overlap",
        ),
        (Score(60.0, 59.0, 61.0), Score(66.0, 65.0, 67.0), "Not above rival (66.0)"),
        (
            Score(60.0, math.nan, math.nan),
            Score(50.0, math.nan, math.nan),
            "Above the best baseline (rival, 50.0), but",
        ),
        (Score(60.0, 59.0, 61.0), NAN, "There is nothing to compare it with"),
        (NAN, Score(60.0, 59.0, 61.0), "There is nothing to compare it with"),
    ],
)
def test_the_comparison_claims_no_more_than_the_intervals_allow(
    own: Score, rival: Score, sentence: str
) -> None:
    evaluation = replace(
        example_evaluation(),
        attribution={
            "interpreter": scores(own),
            "rival": scores(rival),
            "weak": scores(Score(1.0, 0.0, 2.0)),
        },
    )
    if "nothing" in sentence:
        evaluation = replace(evaluation, attribution={"interpreter": scores(own), "rival": scores(rival)})
    assert compare_explainers(evaluation).startswith(sentence)


def test_an_evaluation_of_nothing_still_speaks() -> None:
    empty = replace(
        example_evaluation(),
        retrieval={},
        attribution={},
        rows=(),
        mean_other_share=math.nan,
        completeness=0.0,
    )
    assert [(f.title, f.value) for f in list_findings(empty)] == [
        ("Completeness", "0"),
        ("Share of “other”", "–"),
    ]


def test_reading_accuracy_is_the_mean_over_the_attributes_that_have_one() -> None:
    first, second, third, *_ = example_evaluation().rows
    rows = (
        replace(first, reading_accuracy=60.0),
        replace(second, reading_accuracy=80.0),
        replace(third, reading_accuracy=math.nan),
    )
    findings = list_findings(replace(example_evaluation(), rows=rows))
    assert next(f.value for f in findings if f.title == "States read right") == "70.0 %"
