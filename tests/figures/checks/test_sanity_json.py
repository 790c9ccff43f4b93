from __future__ import annotations

import json
from dataclasses import replace

from attrimeter.figures.checks.sanity_json import sanity_to_json
from figures.check_examples import example_sanity


def test_every_number_is_kept_and_every_verdict_added() -> None:
    found = example_sanity()
    document = json.loads(json.dumps(sanity_to_json(found), allow_nan=False))
    assert (document["document"], document["version"]) == ("attrimeter.sanity", 1)
    assert document["own"]["spearman"] == {"value": 0.82, "low": 0.82 - 0.02, "high": 0.82 + 0.02}
    assert document["shuffled_labels"]["relative_error"]["value"] is None
    assert document["times_worse"] == found.times_worse and document["holds"] == found.holds()


def test_what_was_not_checked_is_null() -> None:
    document = sanity_to_json(replace(example_sanity(), other_target=None, seeds=None))
    assert document["other_target"] is None and document["seeds"] is None
    assert document["times_worse"] is None and "other seeds" not in document["holds"]
