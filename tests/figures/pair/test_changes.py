"""Sentences on what would turn the answer."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from attrimeter.figures import to_json
from attrimeter.figures.pair.changes import change_sentences
from attrimeter.figures.pair.page import pair_page
from attrimeter.figures.pair.summary import summary_sentences
from attrimeter.values import ChangeAnswer
from figures.examples import example_explanation

ANSWER = ChangeAnswer(
    turn="match", groups=("upper colour", "hat"), distance=22.4, threshold=18.4, after=16.21, most=3,
    probability=0.913,
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            {},
            (
                "Were upper colour and hat alike, this would be a match: distance about 16.2, where 18.4 is "
                "enough.",
                "This is 91 % sure, as measured on edits of rendered persons.",
            ),
        ),
        (
            {"turn": "no match", "groups": ("hat",), "after": 20.0, "probability": None},
            ("Were hat different, this would be no match any more: distance about 20.0, beyond 18.4.",),
        ),
        (
            {"turn": "swap", "rival": "a.jpg", "probability": None},
            (
                "Were upper colour and hat alike, b.jpg would rank before a.jpg: distance about 16.2 against "
                "18.4.",
            ),
        ),
        (
            {"groups": (), "after": None, "probability": None},
            (
                "No change of up to three attributes is expected to make this a match (distance 18.4 or "
                "less).",
            ),
        ),
        (
            {"groups": (), "after": None, "turn": "no match", "most": 1},
            ("No change of up to one attribute is expected to break this match (distance 18.4 or less).",),
        ),
        (
            {"groups": (), "after": None, "turn": "swap", "rival": "a.jpg", "most": 7},
            ("No change of up to 7 attributes is expected to put b.jpg before a.jpg (distance 18.4).",),
        ),
    ],
)
def test_sentences(change: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert change_sentences(replace(ANSWER, **change), name="b.jpg") == expected


def test_nothing_is_wholly_sure() -> None:
    assert "more than 99 % sure" in change_sentences(replace(ANSWER, probability=0.9999), name="b.jpg")[1]


def test_every_output_says_so() -> None:
    explanation = replace(example_explanation(), change=ANSWER)
    said = change_sentences(ANSWER, name=explanation.second.name)
    assert summary_sentences(explanation)[-2:] == said
    assert not set(said) & set(summary_sentences(example_explanation()))
    document = json.loads(to_json(explanation))
    assert (
        document["change"]["groups"] == ["upper colour", "hat"] and document["change"]["probability"] == 0.913
    )
    assert json.loads(to_json(example_explanation()))["change"] is None
    assert said[0] in pair_page(explanation)
