"""When a share is as it must be."""

from __future__ import annotations

import math
from dataclasses import replace

from attrimeter.values import Score
from attrimeter.values.planted import AT_LEAST, AT_MOST, WITHIN
from figures.check_examples import example_finding


def exactly(value: float) -> Score:
    return Score(value, value, value)


def test_the_rules() -> None:
    for rule, bound, truth, good, bad in (
        (AT_MOST, 0.03, 0.5, (0.0, 0.03), (0.031, 1.0)),
        (AT_LEAST, 0.9, 0.5, (0.9, 1.0), (0.89, 0.0)),
        (WITHIN, 0.25, 0.5, (0.25, 0.75, 0.5), (0.24, 0.76, 0.0)),
    ):
        finding = replace(example_finding("any", rule, bound, truth), truth=exactly(truth))
        assert all(finding.holds(exactly(share)) for share in good)
        assert not any(finding.holds(exactly(share)) for share in (*bad, math.nan))
