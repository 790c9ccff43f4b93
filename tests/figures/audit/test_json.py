from __future__ import annotations

import json
import math
from dataclasses import fields
from typing import Any

import pytest

from attrimeter.figures.audit.json import audit_to_json, plain_fields
from attrimeter.values.audit import Audit
from figures.audit_examples import AUDITS, EVIL, example_audit


@pytest.mark.parametrize("name", AUDITS)
def test_it_is_json_without_nan(name: str) -> None:
    document = audit_to_json(AUDITS[name])
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["document"] == "attrimeter.audit" and document["version"] == 1
    assert set(document) == {"document", "version", *(field.name for field in fields(Audit))}


def test_every_number_is_kept_as_it_is() -> None:
    audit = example_audit()
    document = audit_to_json(audit)
    assert document["other"] == {"value": audit.other.value, "low": audit.other.low, "high": audit.other.high}
    for group, plain in zip(audit.groups, document["groups"], strict=True):
        assert plain["name"] == group.name and plain["differs"] == group.differs
        assert plain["effect"]["low"] == group.effect.low
    for pair, plain in zip(audit.cameras, document["cameras"], strict=True):
        assert (plain["query"], plain["gallery"], plain["pairs"]) == (pair.query, pair.gallery, pair.pairs)
        assert {name: score["value"] for name, score in plain["shares"].items()} == {
            name: score.value for name, score in pair.shares.items()
        }
    assert document["camera_bias"]["other_share"] == 71.6
    cluster = document["clusters"][0]
    assert cluster["words"] == ["same upper colour", "backpack missed"] and cluster["count"] == 62
    assert cluster["examples"][0]["query"] == "query/a0_query.png"
    assert cluster["examples"][1]["because"] == dict(audit.clusters[0].examples[1].because)
    assert [finding["level"] for finding in document["findings"]] == ["fault", "notice", "fact"]


def test_what_is_not_known_is_null() -> None:
    document = audit_to_json(AUDITS["nothing known"])
    assert document["other"] == {"value": None, "low": None, "high": None}
    assert document["clusters"][0]["expected"] is None
    assert audit_to_json(AUDITS["one camera"])["camera_bias"] is None


def test_names_are_kept_whole() -> None:
    assert audit_to_json(AUDITS["hostile"])["target"] == EVIL


def test_numbers_come_out_one_by_one() -> None:
    def leaves(value: Any) -> list[float]:
        if isinstance(value, dict):
            return [leaf for entry in value.values() for leaf in leaves(entry)]
        if isinstance(value, list):
            return [leaf for entry in value for leaf in leaves(entry)]
        return [value] if isinstance(value, float) else []

    plain = plain_fields(example_audit())
    assert len(leaves(plain)) > 700 and all(math.isfinite(leaf) for leaf in leaves(plain))
