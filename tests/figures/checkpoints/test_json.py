from __future__ import annotations

import json

from attrimeter.figures.checkpoints.json import report_to_json, targets_to_json
from figures.checkpoint_examples import FAMILY, FIT, NEAREST, example_report


def test_a_report_is_plain_json() -> None:
    document = json.loads(json.dumps(report_to_json(example_report()), allow_nan=False))
    assert (document["document"], document["version"]) == ("attrimeter.checkpoint", 1)
    assert document["opens"] is True and document["nearest"] is None
    assert document["kinds"] == {"float32": 267, "int64": 53}
    (fit,) = document["fits"]
    assert fit["facts"]["fields"]["pixel_mean"] == [0.485, 0.456, 0.406]
    assert fit["left_out"] == list(FIT.left_out)


def test_all_misfits_are_kept() -> None:
    document = report_to_json(example_report(fits=(), nearest=NEAREST))
    assert document["opens"] is False
    assert document["nearest"]["missing"] == list(NEAREST.missing)


def test_targets_are_plain_json() -> None:
    document = json.loads(json.dumps(targets_to_json([FAMILY]), allow_nan=False))
    (family,) = document["families"]
    assert family["name"] == "baseline" and [p["name"] for p in family["profiles"]] == [
        facts.name for facts in FAMILY.profiles
    ]
