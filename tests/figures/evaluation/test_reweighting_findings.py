from __future__ import annotations

from dataclasses import replace

from attrimeter.figures.evaluation.reweighting_findings import (
    list_calibration_findings,
    percent,
    reweighting_headline,
)
from attrimeter.values import Score
from figures.reweighting_examples import FOUND, NONE, ranking


def test_percent() -> None:
    assert percent(Score(0.5, 0.25, 0.75)) == Score(50.0, 25.0, 75.0)


def test_the_headline_names_the_largest_gain_that_is_no_chance() -> None:
    assert [" ".join(sentence.split()) for sentence in reweighting_headline(FOUND)] == [
        "Of 2 other ways to rank the gallery, “same-person model” gains most in mAP: 2.5 points over the "
        "cosine distance (95 % interval 1.1 to 3.9).",
        "P(same person) is off by 2.1 points on average (95 % interval 1.0 to 3.0).",
    ]
    lucky = {**FOUND.rankings, "lucky": ranking(70.0, 50.0, Score(5.0, -0.1, 9.0))}
    assert "“same-person model” gains most" in reweighting_headline(replace(FOUND, rankings=lucky))[0]


def test_no_gain_beyond_chance_is_said() -> None:
    names = ("cosine distance", "largest share")
    weak = replace(FOUND, rankings={name: FOUND.rankings[name] for name in names})
    said = reweighting_headline(weak)[0]
    assert said == "No other ranking of the gallery is clearly better than the cosine distance."


def test_what_is_not_known_is_not_said() -> None:
    rankings = {"cosine distance": FOUND.rankings["cosine distance"]}
    assert reweighting_headline(replace(FOUND, rankings=rankings, calibration_error=NONE)) == ()


def test_a_foreign_domain_comes_first_in_the_headline() -> None:
    first = reweighting_headline(replace(FOUND, unseen=0.998))[0]
    assert first.startswith("100 % of these pairs are out of distribution")
    assert not any("out of distribution" in sentence for sentence in reweighting_headline(FOUND))


def test_findings_carry_values_and_intervals() -> None:
    found = [(finding.value, finding.interval) for finding in list_calibration_findings(FOUND)]
    assert found == [("2.1 points", "1.0 to 3.0"), ("0.081", "0.070 to 0.090"), ("0.08 %", "")]
    unknown = list_calibration_findings(replace(FOUND, calibration_error=NONE, brier=NONE))
    assert [(finding.value, finding.interval) for finding in unknown[:2]] == [("– points", ""), ("–", "")]
    assert "Market-1501" in unknown[2].meaning
