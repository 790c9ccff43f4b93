"""Checked counterfactual answers as JSON."""

from __future__ import annotations

import json

from attrimeter.figures.checks.changes_json import flips_to_json
from figures.flips_examples import example_flips


def test_everything_is_kept() -> None:
    document = json.loads(json.dumps(flips_to_json(example_flips()), allow_nan=False))
    assert document["document"] == "attrimeter.flips" and document["threshold"] == 18.4
    match, _, swap = document["questions"]
    assert match["sizes"] == {"1": 115, "2": 143, "3": 114} and match["lines"][1]["told"] is True
    assert match["lines"][0]["flips"]["value"] == 0.855
    assert swap["promised"] is None and swap["lines"][0]["answered"] is None
