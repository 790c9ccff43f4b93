from __future__ import annotations

import json

from attrimeter.figures.checks.planted_json import planted_to_json
from figures.check_examples import example_planted


def test_every_number_is_kept_and_every_verdict_added() -> None:
    findings = example_planted()
    document = json.loads(json.dumps(planted_to_json(findings), allow_nan=False))
    assert (document["document"], document["version"]) == ("attrimeter.planted", 1)
    for written, finding in zip(document["findings"], findings, strict=True):
        assert (written["case"], written["rule"], written["bound"]) == (
            finding.case, finding.rule, finding.bound,
        )  # fmt: skip
        assert written["truth"]["low"] == finding.truth.low and written["pairs"] == finding.pairs
        for line, known in zip(written["lines"], finding.lines, strict=True):
            assert line["found"]["value"] == known.found.value
            assert line["holds"] is finding.holds(known.found)
    assert [finding["reference"] is None for finding in document["findings"]] == [True, False, True]
