from __future__ import annotations

import json
from dataclasses import fields

import pytest

from attrimeter.figures.audit.json import audit_to_json
from attrimeter.figures.comparison.json import comparison_to_json
from attrimeter.values.comparison import Comparison
from figures.comparison_examples import COMPARISONS, example_comparison


@pytest.mark.parametrize("name", COMPARISONS)
def test_it_is_json_without_nan(name: str) -> None:
    document = comparison_to_json(COMPARISONS[name])
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["document"] == "attrimeter.comparison" and document["version"] == 1
    assert set(document) == {"document", "version", *(field.name for field in fields(Comparison))}


def test_every_number_is_kept_as_it_is() -> None:
    example = example_comparison()
    document = comparison_to_json(example)
    assert document["second"] == {
        name: value
        for name, value in audit_to_json(example.second).items()
        if name not in {"document", "version"}
    }
    assert document["names"] == ["plain", "backpack lover"] and document["only_first_right"] == 52
    for found, plain in zip(example.differences, document["differences"], strict=True):
        assert plain["name"] == found.name and plain["difference"]["high"] == found.difference.high
        assert plain["effect_difference"]["value"] == found.effect_difference.value
    assert document["agreement"]["rank_correlation"]["value"] == 0.83
    assert document["other"]["effect_difference"]["value"] is None
    for found, plain in zip(example.disagreements, document["disagreements"], strict=True):
        assert plain["query"] == found.query.as_posix() and plain["right_in"] == found.right_in
        assert plain["because_second"] == dict(found.because_second)
    assert document["reasons"][3]["expected"] is None and document["reasons"][0]["count"] == 31
