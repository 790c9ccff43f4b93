"""YAML and TOML from outside as plain data, within limits that no file of a few bytes breaks out of."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any

import yaml

from attrimeter.errors import SchemaError
from attrimeter.storage import read_limited

SUFFIXES = (".yaml", ".yml", ".toml")
"""The suffixes, in lower case, of the files that are read."""

MAX_BYTES = 128 * 1024
"""The largest file that is read."""

MAX_VALUES = 50_000
"""How many values a YAML file may hold, each counted as often as an alias repeats it."""

_MAX_DOTS = 16
_DOTTED = re.compile(rf"""(?:\.\s*["'\w-]+\s*){{{_MAX_DOTS}}}""")
_LONGEST_REASON = 200


def read_plain_data(path: str | os.PathLike[str]) -> Any:
    """What the YAML or TOML file ``path`` holds, as dictionaries, lists, texts, numbers and dates.

    Raises:
        SchemaError: it cannot be read, is no regular file, is larger than :data:`MAX_BYTES`, is not valid,
            gives a key twice, or repeats itself by aliases to more than :data:`MAX_VALUES` values.
    """
    place = Path(path)
    try:
        text = read_limited(place, MAX_BYTES).decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SchemaError(f"The schema file {place} cannot be read: {reason}.") from error
    kind = place.suffix[1:].upper()
    try:
        return _parse_toml(text) if kind == "TOML" else _parse_yaml(text)
    except RecursionError as error:
        raise SchemaError(f"The schema file {place} nests too deeply; two levels are enough.") from error
    except Exception as error:  # a parser meets hostile text: whatever it raises, the file is at fault
        reason = " ".join(str(error).split())[:_LONGEST_REASON] or type(error).__name__
        raise SchemaError(f"The schema file {place} is not valid {kind}: {reason}.") from error


def _parse_toml(text: str) -> Any:
    if _DOTTED.search(text):  # the parser's time grows with the square of their number
        raise ValueError(f"a key has more than {_MAX_DOTS} parts")
    return tomllib.loads(text)


def _parse_yaml(text: str) -> Any:
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        if _count_values(node, {}) > MAX_VALUES:
            raise ValueError(f"with its aliases it holds more than {MAX_VALUES:,} values")
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _count_values(node: yaml.Node, known: dict[int, int | None]) -> int:
    """How many values ``node`` stands for when every alias in it is written out."""
    if id(node) in known:
        count = known[id(node)]
        if count is None:
            raise ValueError("an alias refers to what it is part of")
        return count
    known[id(node)] = None
    inner: list[yaml.Node] = []
    if isinstance(node, yaml.MappingNode):
        _check_keys(node)
        inner = [item for pair in node.value for item in pair]
    elif isinstance(node, yaml.SequenceNode):
        inner = node.value
    count = 1 + sum(_count_values(item, known) for item in inner)
    known[id(node)] = count
    return count


def _check_keys(node: yaml.MappingNode) -> None:
    found = set()
    for key, _ in node.value:
        if isinstance(key, yaml.ScalarNode):
            if key.value in found:
                raise ValueError(f"the key {key.value!r:.60} is given twice in one place")
            found.add(key.value)
