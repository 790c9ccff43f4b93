from __future__ import annotations

import json
import math
from dataclasses import replace

from attrimeter.figures.evaluation.json import evaluation_to_json
from attrimeter.values import Score
from figures.examples import example_evaluation


def test_numbers_are_kept_under_their_names() -> None:
    evaluation = example_evaluation(notes=("one", "two"))
    document = json.loads(json.dumps(evaluation_to_json(evaluation), allow_nan=False))
    assert (document["document"], document["version"]) == ("attrimeter.evaluation", 1)
    assert document["retrieval"]["cosine"]["rank1"]["value"] == evaluation.retrieval["cosine"].rank1.value
    assert document["attribution"]["interpreter"]["pairs"] == 41_230
    assert document["rows"][3]["name"] == evaluation.rows[3].name
    assert document["rows"][3]["differs"] == evaluation.rows[3].differs
    assert document["notes"] == ["one", "two"] and document["gap"] is None


def test_what_is_not_known_is_null() -> None:
    evaluation = replace(example_evaluation(), gap=Score(1.0, math.nan, math.inf), completeness=math.nan)
    document = json.loads(json.dumps(evaluation_to_json(evaluation), allow_nan=False))
    assert document["gap"] == {"value": 1.0, "low": None, "high": None}
    assert document["completeness"] is None
