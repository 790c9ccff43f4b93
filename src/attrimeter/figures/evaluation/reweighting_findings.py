"""What other rankings and P(same person) are worth, in words."""

from __future__ import annotations

import math

from attrimeter.figures.evaluation.findings import Finding
from attrimeter.figures.text.numerals import UNKNOWN, format_interval, format_number, percent
from attrimeter.values.evaluation import Reweighting, Score


def list_calibration_findings(found: Reweighting) -> tuple[Finding, ...]:
    """What P(same person) is worth: its calibration error, its Brier score, and what it has not seen."""
    return _error_finding(found), _brier_finding(found), _unseen_finding(found)


def reweighting_headline(found: Reweighting) -> tuple[str, ...]:
    """A warning if need be, a sentence on the rankings, one on the probabilities; none on what is unknown."""
    error = percent(found.calibration_error)
    probability = (
        f"P(same person) is off by {format_number(error.value, decimals=1)} points on average"
        f"{_bracket(error)}."
    )
    known = probability if math.isfinite(error.value) else ""
    sentences = foreign_warning(found), _ranking_sentence(found), known
    return tuple(sentence for sentence in sentences if sentence)


FOREIGN = 0.1
"""Share of pairs out of distribution from which a reader is advised to calibrate anew."""


def foreign_warning(found: Reweighting) -> str:
    """What a reader must do if many pairs are out of distribution for calibration; empty if few are."""
    if not found.unseen >= FOREIGN:
        return ""
    return (
        f"{100 * found.unseen:.0f} % of these pairs are out of distribution for calibration on "
        f"{found.calibrated_on}: do not trust P(same person) there, and expect that ranking by it "
        "can lose against the distance; calibrate on data like these."
    )


def _ranking_sentence(found: Reweighting) -> str:
    gains = {name: scores.gain_ap for name, scores in found.rankings.items() if name != found.base}
    beyond_chance = {name: gain for name, gain in gains.items() if gain.low > 0}
    if not gains:
        return ""
    if not beyond_chance:
        return f"No other ranking of the gallery is clearly better than the {found.base}."
    name, gain = max(beyond_chance.items(), key=lambda item: item[1].value)
    points = format_number(gain.value, decimals=1)
    return (
        f"Of {len(gains)} other ways to rank the gallery, “{name}” gains most in mAP: {points} points over "
        f"the {found.base}{_bracket(gain)}."
    )


def _error_finding(found: Reweighting) -> Finding:
    error = percent(found.calibration_error)
    return Finding(
        "P(same person): ECE",
        f"{format_number(error.value, decimals=1)} points",
        _interval(error),
        "Expected calibration error: how far predictions lie from the share of pairs that truly show one "
        "person; 0 is perfect.",
        "At even prior odds: pairs of one person and of two weigh the same.",
    )


def _brier_finding(found: Reweighting) -> Finding:
    return Finding(
        "P(same person): Brier score",
        format_number(found.brier.value, decimals=3),
        _interval(found.brier, decimals=3),
        "The mean squared miss of the prediction: 0 is perfect, always saying one half gives 0.25.",
        "Unlike the calibration error it also counts how well persons are told apart.",
    )


def _unseen_finding(found: Reweighting) -> Finding:
    return Finding(
        "Pairs out of distribution for calibration",
        f"{format_number(100 * found.unseen, decimals=2)} %",
        "",
        f"Their score, or one of their images, lies outside what calibration saw on {found.calibrated_on}.",
        "Their probability is a guess; “explain” says so where a pair is one of them.",
    )


def _bracket(score: Score) -> str:
    interval = _interval(score)
    return f" (95\u00a0% interval {interval})" if interval else ""


def _interval(score: Score, *, decimals: int = 1) -> str:
    interval = format_interval(score, decimals=decimals)
    return "" if interval == UNKNOWN else interval
