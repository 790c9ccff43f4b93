"""A folder's settings file is read strictly: each wrong type, range, length or name is one short sentence."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from attrimeter.errors import InterpreterError
from attrimeter.interpreter.card_files import BACK_FEATURES, ONWARD_FEATURES, trust_to_dict
from attrimeter.interpreter.description import Description, FittedTarget, description_from_dict, rename_facts
from attrimeter.interpreter.facts import Facts
from attrimeter.interpreter.interpreter import InterpreterSettings
from attrimeter.interpreter.strict_model import seal_of
from attrimeter.schemas import SCHEMAS
from interpreter.test_card_files import CARD

SCHEMA = SCHEMAS["market1501"]
K, G = len(SCHEMA), len(SCHEMA.groups)
RULE = {"sure": 0.9, "works": 0.88, "smallest": 0.4, "pairs": 291}
MODEL = {"spread": [0.1, 0.2, 0.3], "floor": 0.01}
FACTS: dict[str, Any] = {
    "target": {"path": "/models/t.pth", "profile": "demo", "metric": "euclidean", "last_stride": 1},
    "distances": {"same": [0.0, 0.5, 1.0], "different": [0.5, 1.5]},
    "attributes": {"prevalence": [0.5] * K, "differs": [0.25] * K},
    "true_shares": [0.1] * G,
    "fit": {"data": "market", "images": 12, "epochs": 2, "seed": 0, "epoch": 1, "validation": {"leak": None}},
    "trust": trust_to_dict(CARD),
    "changes": {
        "rules": {"match": RULE, "no match": RULE, "swap": RULE},
        "back": {"weights": [0.1] * BACK_FEATURES, **MODEL},
        "onward": {"weights": [0.1] * (G + ONWARD_FEATURES), **MODEL},
        "threshold": 3.5,
    },
}
TARGET = FittedTarget(name="demo", fingerprint="ab" * 32)
WHOLE = Description(
    weights="weights-0123456789abcdef.safetensors",
    settings=InterpreterSettings("exact"),
    target=TARGET,
    facts=Facts.model_validate(FACTS),
    schema=SCHEMA,
)


def plain(*, sealed: bool = True) -> dict[str, Any]:
    data = json.loads(json.dumps(WHOLE.to_dict()))
    if not sealed:
        del data["seal"]
        data["format"] = 1
    return data


def put(data: Any, place: str, value: Any) -> None:
    *way, last = place.split("/")
    for step in way:
        data = data[int(step) if isinstance(data, list) else step]
    data[int(last) if isinstance(data, list) else last] = value


@pytest.mark.parametrize("sealed", [True, False])
def test_what_was_written_is_read(sealed: bool) -> None:
    assert description_from_dict(plain(sealed=sealed), origin="x") == WHOLE


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("format", 3),
        ("format", "1"),
        ("format", True),
        ("weights", "../weights-0123456789abcdef.safetensors"),
        ("weights", ["weights-0123456789abcdef.safetensors"]),
        ("weights", "weights-0123456789abcdef.safetensors\n"),
        ("settings", 3.5),
        ("settings/form", "none"),
        ("settings/form", ["exact"]),
        ("settings/trunk", "both"),
        ("settings/hidden", 10**12),
        ("settings/hidden", -1),
        ("settings/hidden", 8.0),
        ("settings/hidden", True),
        ("settings/width", 8),
        ("target", 1.5),
        ("target/fingerprint", 12345678),
        ("target/fingerprint", "ab"),
        ("target/name", None),
        ("target/name", "n" * 30_000),
        ("facts", []),
        ("facts/unheard", 1),
        *((f"facts/{name}", None) for name in FACTS),
        ("facts/target/path", None),
        ("facts/distances/same", None),
        ("facts/attributes/differs", None),
        ("facts/fit/data", None),
        ("facts/target", 2.5),
        ("facts/target/path", ["a", "list"]),
        ("facts/target/metric", "manhattan"),
        ("facts/target/profile", 3),
        ("facts/target/last_stride", 3),
        ("facts/target/last_stride", True),
        ("facts/target/input_size", [256]),
        ("facts/target/input_size", [0, 128]),
        ("facts/distances", {"same": [1.0, 0.5]}),
        ("facts/distances/same/0", -1.0),
        ("facts/distances/same/0", "0.0"),
        ("facts/distances/same/0", None),
        ("facts/distances/other", []),
        ("facts/attributes/differs", [0.5]),
        ("facts/attributes/differs/3", 1.5),
        ("facts/attributes/prevalence/3", None),
        ("facts/true_shares", [0.1] * (G + 1)),
        ("facts/true_shares/0", float("nan")),
        ("facts/fit", "long ago"),
        ("facts/fit/images", -3),
        ("facts/fit/data", 7),
        ("facts/fit/validation", {"leak": "little"}),
        ("facts/trust", 1),
        ("facts/trust/pairs", -1),
        ("facts/trust/groups/hat/verdict", "fine"),
        ("facts/trust/residuals/beard", {"edges": [], "low": [0.0], "high": [1.0]}),
        ("facts/changes", [1]),
        ("facts/changes/rules/swap/sure", 2),
        ("facts/changes/back/weights", [1.0]),
        ("facts/changes/onward/weights", [1.0]),
        ("schema", None),
        ("schema/name", 4),
        ("schema/attributes", []),
        ("schema/attributes/0", "hat"),
        ("schema/attributes/0/name", "n" * 30_000),
        ("schema/attributes/0/parts", ["wing"]),
        ("schema/attributes/0/parts", "hat"),
        ("schema/attributes/0/colour", "red"),
        ("schema/attributes/1/name", SCHEMA.names[0]),
        ("k" * 20_000, 1),
        ("seal", 4),
    ],
)
def test_what_cannot_be_is_told_shortly(place: str, value: Any) -> None:
    for sealed in (False, True):
        data = plain(sealed=sealed)
        put(data, place, value)
        if sealed and place != "seal":
            data["seal"] = (
                seal_of({name: entry for name, entry in data.items() if name != "seal"})
                if (value == value)
                else "0"
            )
        with pytest.raises(InterpreterError, match="fit the interpreter again") as caught:
            description_from_dict(data, origin="folder/interpreter.json")
        assert len(str(caught.value)) < 600 and "\n" not in str(caught.value)


def leaves(data: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [way, *(leaf for key, entry in entries for leaf in leaves(entry, (*way, key)))]


STRANGE: list[Any] = [None, True, -1, 0, 10**25, 1.5, "", "x", [], {}, [[]], {"a": 1}, "\x1b[31m"]


def test_nothing_that_changed_in_a_sealed_file_is_believed() -> None:
    """Any value changed, left out or renamed: refused, whatever it is."""
    dice = random.Random(3)
    places = [place for place in leaves(plain()) if place]
    for place in dice.sample(places, 250):
        data = plain()
        *way, last = place
        inner = data
        for step in way:
            inner = inner[step]
        before = copy.deepcopy(inner[last])
        change = dice.choice(["strange", "drop", "rename"])
        if change == "strange" or isinstance(inner, list):
            inner[last] = dice.choice([v for v in STRANGE if v != before or type(v) is not type(before)])
        elif change == "drop":
            del inner[last]
        else:
            inner[f"{last}x"] = inner.pop(last)
        with pytest.raises(InterpreterError) as caught:
            description_from_dict(data, origin="folder/interpreter.json")
        assert len(str(caught.value)) < 600, place


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "a list": lambda data: [data],
    "a text": lambda data: "text",
    "nothing": lambda data: None,
}


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_what_is_no_description_is_refused(change: str) -> None:
    with pytest.raises(InterpreterError, match="not in format"):
        description_from_dict(CHANGES[change](plain()), origin="x")


PRESENT: dict[str, Any] = {**FACTS, "fit": {**FACTS["fit"], "scene": "night"}}


def earlier_facts() -> dict[str, Any]:
    """As they were written before: by the earlier names alone."""
    text = json.dumps(PRESENT)
    for now, before in (("changes", "flips"), ("works", "flips"), ("scene", "look")):
        assert f'"{now}":' in text
        text = text.replace(f'"{now}":', f'"{before}":')
    return json.loads(text)


def test_a_sealed_folder_of_earlier_names_opens() -> None:
    data = {name: value for name, value in plain().items() if name != "seal"} | {"facts": earlier_facts()}
    opened = description_from_dict({**data, "seal": seal_of(data)}, origin="x")
    assert opened.facts == Facts.model_validate(PRESENT)
    assert json.loads(json.dumps(opened.to_dict()))["facts"] == PRESENT, "and is written by the present ones"
    assert description_from_dict(opened.to_dict(), origin="x") == opened


def test_present_names_stay() -> None:
    assert rename_facts(PRESENT) == PRESENT and rename_facts(FACTS) == FACTS


@pytest.mark.parametrize(
    "facts",
    [
        None, [], {}, {"fit": []}, {"changes": 3}, {"changes": {"rules": [1]}},
        {"changes": {"rules": {"match": 1}}},
        {"flips": {}, "changes": {}}, {"fit": {"look": "a", "scene": "b"}},
    ],
)  # fmt: skip
def test_what_is_not_as_facts_are_is_left_to_the_check(facts: Any) -> None:
    assert rename_facts(facts) == facts
