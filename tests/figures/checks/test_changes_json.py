"""Checked counterfactual answers as JSON."""

from __future__ import annotations

import json

from attrimeter.figures.checks.changes_json import changes_to_json
from figures.changes_examples import example_changes


def test_everything_is_kept() -> None:
    document = json.loads(json.dumps(changes_to_json(example_changes()), allow_nan=False))
    assert document["document"] == "attrimeter.changes" and document["threshold"] == 18.4
    match, _, swap = document["questions"]
    assert match["sizes"] == {"1": 115, "2": 143, "3": 114} and match["lines"][1]["told"] is True
    assert match["lines"][0]["works"]["value"] == 0.855
    assert swap["promised"] is None and swap["lines"][0]["answered"] is None
