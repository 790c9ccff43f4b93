"""Findings on planted targets and sanity checks, as a run might have them."""

from __future__ import annotations

import math
from dataclasses import replace

from attrimeter.values import Score
from attrimeter.values.planted import AT_LEAST, AT_MOST, WITHIN, PlantedFinding, PlantedLine
from attrimeter.values.sanity import Agreement, SanityFindings

UNKNOWN = Score(math.nan, math.nan, math.nan)


def around(value: float, width: float = 0.02) -> Score:
    return Score(value, value - width, value + width)


def example_finding(
    case: str, rule: str, bound: float, truth: float, *said: float, reference: Score | None = None
) -> PlantedFinding:
    """A finding with one interpreter and then baselines that say those shares."""
    finding = PlantedFinding(
        case=case,
        target="demo",
        target_fingerprint="c3" * 32,
        question="hat and hair, of all |contributions|",
        rule=rule,
        bound=bound,
        truth=around(truth),
        reference=reference,
        lines=(),
        pairs=1200,
        seed=0,
    )
    lines = tuple(
        PlantedLine(f"explainer {row}", row > 0, row == 0, around(found), finding.holds(around(found)))
        for row, found in enumerate(said)
    )
    return replace(finding, lines=lines)


def example_planted() -> tuple[PlantedFinding, ...]:
    return (
        example_finding("head", AT_MOST, 0.03, 0.001, 0.021, 0.25),
        example_finding("hue", WITHIN, 0.05, 0.6, 0.7, 0.56, reference=around(0.613)),
        example_finding("marked", AT_LEAST, 0.9, 0.97, 0.934, 0.0),
    )


def example_sanity() -> SanityFindings:
    return SanityFindings(
        target="demo",
        target_fingerprint="c3" * 32,
        seed=0,
        pairs=400,
        own=Agreement(around(0.82), around(0.27)),
        average=Agreement(around(0.63), around(0.51)),
        other_target=Agreement(around(0.5), around(0.5)),
        other_average=Agreement(around(0.61), around(0.55)),
        shuffled_weights=Agreement(around(0.1), around(1.2)),
        shuffled_labels=Agreement(around(-0.02), UNKNOWN),
        seeds=around(0.93),
        interpreters=3,
    )
