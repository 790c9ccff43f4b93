from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from attrimeter.errors import AttriMeterError
from attrimeter.figures import from_json, to_json
from attrimeter.figures.pair.document import ExplanationDocument
from attrimeter.values import OTHER, PairExplanation
from figures.examples import example_explanation, trusted_explanation


def explanation_to_json(explanation: PairExplanation) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(to_json(explanation))
    return document


def test_the_numbers_are_those_of_the_explanation_and_add_up() -> None:
    explanation = example_explanation()
    document = explanation_to_json(explanation)
    parts = [part["contribution"] for part in document["attributes"].values()]
    assert sum(parts) + document["other"]["contribution"] == pytest.approx(document["distance"])
    for group in document["groups"]:
        members = [document["attributes"][name]["contribution"] for name in group["attributes"]]
        assert sum(members) == pytest.approx(group["contribution"])
    sizes = [abs(group["contribution"]) for group in document["groups"]]
    assert sizes == sorted(sizes, reverse=True)
    assert document["groups"][0] | {"attributes": []} == {
        "name": "upper colour",
        "contribution": explanation.groups["upper colour"],
        "share": explanation.shares["upper colour"],
        "interval": None,
        "trust": None,
        "attributes": [],
        "first": "red",
        "second": "blue",
    }
    assert document["schema"] == "market1501"


def test_maps_are_rounded_to_four_digits() -> None:
    explanation = example_explanation()
    maps = explanation_to_json(explanation)["first"]["maps"]
    assert set(maps) == set(explanation.first.maps)
    for name, rows in maps.items():
        np.testing.assert_allclose(rows, explanation.first.maps[name], atol=5.1e-5)
        assert all(len(f"{value:.10f}".rstrip("0")) <= 6 for row in rows for value in row)


def test_intervals_and_verdicts_stand_beside_the_contributions() -> None:
    explanation = trusted_explanation()
    document = explanation_to_json(explanation)
    groups = {group["name"]: group for group in document["groups"]}
    for name, group in groups.items():
        assert group["interval"] == list(explanation.intervals[name])
        assert group["trust"] == explanation.trust.get(name)
    assert groups["gender"]["trust"] == "weak" and groups["bag"]["trust"] is None
    assert document["other"]["interval"] == list(explanation.intervals[OTHER])
    assert document["trust"] == {"label": "measured", "words": list(explanation.trust_words)}
    assert explanation_to_json(example_explanation())["trust"] == {"label": "not measured", "words": []}


def test_what_is_not_known_is_null() -> None:
    explanation = example_explanation(percentiles=(math.nan, 40.0))
    unread = replace(explanation, first=replace(explanation.first, readings={}))
    document = explanation_to_json(unread)
    assert document["percentile_same"] is None and document["percentile_different"] == 40.0
    assert document["groups"][0]["first"] is None and document["first"]["readings"] == {}


@pytest.mark.parametrize(
    "change",
    [{"version": 1}, {"extra": 1}, {"distance": -1.0}, {"metric": "taxi"}, {"percentile_same": 101.0}],
)
def test_another_document_is_not_accepted(change: dict[str, object]) -> None:
    document = explanation_to_json(example_explanation())
    with pytest.raises(AttriMeterError, match="pair explanation"):
        from_json(ExplanationDocument, json.dumps({**document, **change}))


def test_a_document_of_version_2_called_the_change_a_flip() -> None:
    document = explanation_to_json(example_explanation())
    earlier = {"flip": document.pop("change"), **document, "version": 2}
    assert from_json(ExplanationDocument, json.dumps(earlier)).change is None
    answer = {"turn": "swap", "groups": ["hat"], "distance": 2.0, "threshold": 1.0, "after": 0.9, "most": 3}
    answer |= {"probability": 0.5, "rival": "b.jpg"}
    read = from_json(ExplanationDocument, json.dumps({**earlier, "flip": answer}))
    assert read.change is not None and read.change.model_dump() == answer
    again = json.loads(to_json(read))
    assert (again["version"], again["change"], "flip" in again) == (3, answer, False)
