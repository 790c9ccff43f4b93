from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from attrimeter.errors import SchemaError
from attrimeter.schemas import BODY_PARTS, SCHEMAS, open_schema, schema_from_dict, schema_to_dict


@pytest.mark.parametrize("name", ["market1501", "dukemtmc"])
def test_round_trip_through_json_and_yaml(tmp_path: Path, name: str) -> None:
    schema = open_schema(name)
    assert schema is SCHEMAS[name]
    plain = schema_to_dict(schema)
    assert schema_from_dict(json.loads(json.dumps(plain))) == schema
    (tmp_path / "s.yaml").write_text(yaml.safe_dump(plain), encoding="utf-8")
    assert open_schema(tmp_path / "s.yaml") == schema


def test_toml_and_defaults(tmp_path: Path) -> None:
    path = tmp_path / "s.TOML"
    path.write_text(
        'name = "mine"\n[[attributes]]\nname = "umbrella"\n'
        '[[attributes]]\nname = "hat"\nfield = "cap"\nparts = "hat"\npositive = "a hat"\n',
        encoding="utf-8",
    )
    umbrella, hat = open_schema(str(path)).attributes
    assert (umbrella.field, umbrella.group, umbrella.parts) == ("umbrella", "umbrella", BODY_PARTS)
    assert (umbrella.negative, umbrella.positive) == ("no umbrella", "umbrella")
    assert (hat.field, hat.parts, hat.positive, hat.negative) == ("cap", ("hat",), "a hat", "no hat")


def test_attributes_as_bare_names(tmp_path: Path) -> None:
    (tmp_path / "s.yml").write_text("attributes: [hat, bag]\n", encoding="utf-8")
    schema = open_schema(tmp_path / "s.yml")
    assert schema.name == "custom" and schema.names == ("hat", "bag")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "needs a 'name' and a list"),
        ({"name": "s"}, "needs a 'name' and a list"),
        ({"attributes": "hat"}, "needs a 'name' and a list"),
        ({"attributes": [3]}, "every attribute needs a 'name', which is text; got 3"),
        ({"attributes": [{"group": "g"}]}, "every attribute needs a 'name'"),
        ({"attributes": [{"name": "hat", "colour": "red"}]}, "the unknown key 'colour'; known keys are"),
        ({"attributes": [{"name": "hat", "parts": ["tail"]}]}, "lies on 'tail'"),
        ({"attributes": [{"name": "hat", "parts": 3}]}, "parts"),
        ({"attributes": []}, "has no attributes"),
        ({"attributes": [{"name": "hat", 3: 4, None: 5}]}, "the unknown key 3; known keys are"),
        ({"attributes": [{"name": "hat", "parts": ["hat", 3]}]}, "needs a list of body parts"),
        (
            {"attributes": [{"name": "hat", "field": False}]},
            "needs text as 'field'; got False: put it in quotes",
        ),
        ({"attributes": [{"name": "hat", "positive": None}]}, "needs text as 'positive'; got None"),
        (
            {"attributes": ["hat"], "name": date(2026, 1, 2)},
            "needs text as 'name'; got 2026-01-02: put it in",
        ),
        ({"attributes": ["hat"] * 501}, "has 501 attributes and at most 500 are read"),
        ({"attributes": [[["x" * 10**6]]]}, "every attribute needs a 'name'"),
        ({"attributes": [{"name": "hat", "x" * 10**6: 1}]}, "the unknown key"),
        ({"attributes": ["x" * 10**6]}, "a name of 1,000,000 characters; at most 200"),
    ],
)
def test_malformed_dictionaries(data: Any, said: str) -> None:
    with pytest.raises(SchemaError, match=said) as caught:
        schema_from_dict(data)
    assert len(str(caught.value)) < 500 and str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("none.yaml", None, "cannot be read"),
        ("s.yaml", "attributes: [hat", "is not valid YAML"),
        ("s.toml", "attributes = [", "is not valid TOML"),
        ("s.txt", "hat", "There is no schema .* give one of market1501, dukemtmc or a .yaml"),
        ("s.yaml", "- hat\n", "needs a 'name' and a list"),
        ("s.yaml", "attributes: !!python/object/apply:os.getcwd []\n", "is not valid YAML"),
    ],
)
def test_files_that_are_no_schema(tmp_path: Path, name: str, text: str | None, said: str) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(SchemaError, match=said) as caught:
        open_schema(path)
    assert "\n" not in str(caught.value)


def test_unknown_name() -> None:
    with pytest.raises(SchemaError, match="There is no schema 'cuhk03'; give one of market1501, dukemtmc"):
        open_schema("cuhk03")
