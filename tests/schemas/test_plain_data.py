from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from attrimeter.errors import SchemaError
from attrimeter.schemas import open_schema
from attrimeter.schemas.plain_data import MAX_BYTES, read_plain_data

DOUBLINGS = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
"""Each line repeats the line above nine times: some 9 to the power of 29 values in a thousand bytes."""


def refusal(path: Path, content: str | bytes) -> str:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(SchemaError) as caught:
        open_schema(path)
    said = str(caught.value)
    assert len(said.replace(str(path), "")) < 400 and said.isprintable()
    return said


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "s.yaml",
            "a0: &a0 hat\n" + DOUBLINGS + "attributes: *a29\n",
            "with its aliases it holds more than 50,000",
        ),
        ("s.yaml", "attributes: &a [*a]\n", "an alias refers to what it is part of"),
        ("s.yaml", "a: &a {x: 1}\nb: &b {<<: [*a, *a]}\nc: {<<: *c}\n", "undefined alias"),
        ("s.yaml", "attributes: " + "{a: " * 5000, "nests too deeply"),
        ("s.yaml", "- " * 50_000, "nests too deeply"),
        ("s.yaml", "a: " * 2, "not valid YAML"),
        ("s.yaml", "attributes:\n- name: hat\n  name: bag\n", "the key 'name' is given twice in one place"),
        ("s.yaml", "attributes: [" + "hat," * 600 + "]", "has 600 attributes and at most 500"),
        ("s.yaml", "attributes: [2026-13-45]", "not valid YAML"),
        ("s.yaml", "attributes: [!!bool perhaps]", "not valid YAML"),
        ("s.yaml", "attributes: [!!int '']", "not valid YAML"),
        ("s.yaml", "attributes: [" + "9" * 5000 + "]", "not valid YAML"),
        ("s.yaml", "? [1, 2]\n: 3\n", "not valid YAML"),
        ("s.yaml", "--- a\n--- b\n", "not valid YAML"),
        ("s.yaml", 'attributes: ["a\\0b"]', "line breaks and control characters"),
        ("s.yaml", 'attributes: ["\\uD800"]', "line breaks and control characters"),
        ("s.yaml", 'attributes: ["a\\nb"]', "line breaks and control characters"),
        ("s.yaml", 'attributes: [""]', "has no name"),
        ("s.yaml", "attributes: [.nan]", "every attribute needs a 'name', which is text; got nan"),
        ("s.yaml", "attributes: [{name: no}]", "every attribute needs a 'name', which is text"),
        ("s.yaml", b"attributes: [\0]", "not valid YAML"),
        ("s.yaml", b"attributes: [\xff]", "cannot be read"),
        ("s.yaml", b"", "needs a 'name' and a list"),
        ("s.yaml", b" " * (MAX_BYTES + 1), "larger than 131,072 bytes"),
        ("s.toml", "a = " + "[" * 5000, "nests too deeply"),
        ("s.toml", "a = " + "{a=" * 5000, "nests too deeply"),
        ("s.toml", "a" + ".a" * 50_000 + " = 1", "a key has more than 16 parts"),
        ("s.toml", 'a . "b"' + " . 'c' " * 10_000 + " = 1", "a key has more than 16 parts"),
        ("s.toml", "attributes = [" + "9" * 5000 + "]", "not valid TOML"),
        ("s.toml", "attributes = [nan]", "every attribute needs a 'name'"),
        ("s.toml", "attributes = [{name='hat', field=2026-01-02}]", "needs text as 'field'; got 2026-01-02"),
        ("s.toml", 'attributes = ["a\\u0000b"]', "line breaks and control characters"),
        ("s.toml", b"\xef\xbb\xbfattributes = []", "has no attributes"),
    ],
)
def test_hostile_files_are_refused_in_a_sentence(
    tmp_path: Path, name: str, content: str | bytes, said: str
) -> None:
    assert re.search(said, refusal(tmp_path / name, content))


def test_anchors_that_spare_typing_are_welcome(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("attributes:\n- {name: hat, parts: &top [hat, hair]}\n- {name: hair, parts: *top}\n")
    assert [attribute.parts for attribute in open_schema(path).attributes] == [("hat", "hair")] * 2


def test_the_largest_schema_opens(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(
        "attributes:\n" + "".join(f"- {{name: attribute {n}, group: colour}}\n" for n in range(500))
    )
    assert len(open_schema(path)) == 500


def test_damaged_files_never_raise_anything_but_schema_error(tmp_path: Path) -> None:
    whole = {
        ".yaml": b"name: s\nattributes:\n- hat\n- name: bag\n  parts: &p [torso]\n- {name: x, parts: *p}\n",
        ".toml": b'name = "s"\n[[attributes]]\nname = "hat"\nparts = ["hat"]\n[[attributes]]\nname = "bag"\n',
    }
    signs = b"[]{}:,-?!&*#|>'\"%@`\\\n\t =.<\0\xff\xc3\xa91a~"
    opened = 0
    for number in range(600):
        dice = random.Random(number)
        suffix = dice.choice(sorted(whole))
        content = bytearray(whole[suffix])
        for _ in range(dice.randint(1, 2)):
            at = dice.randrange(len(content))
            content[at : at + dice.choice((0, 1, 1, 5))] = bytes(
                dice.choices(signs, k=dice.choice((0, 1, 1, 3)))
            )
        path = tmp_path / f"s{suffix}"
        path.write_bytes(content)
        try:
            open_schema(path)
            opened += 1
        except SchemaError as error:
            assert len(str(error).replace(str(path), "")) < 400 and str(error).isprintable()
    assert 30 < opened < 550


def test_plain_data_comes_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("a: [1, x, 2.5]\n")
    (tmp_path / "a.TOML").write_text("a = [1, 'x', 2.5]\n")
    assert read_plain_data(tmp_path / "a.yml") == read_plain_data(tmp_path / "a.TOML") == {"a": [1, "x", 2.5]}
