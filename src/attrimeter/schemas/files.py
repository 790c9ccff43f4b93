"""Schemas as data: to and from plain dictionaries, YAML and TOML files."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from attrimeter.errors import SchemaError
from attrimeter.schemas.dukemtmc import DUKEMTMC
from attrimeter.schemas.market1501 import MARKET1501
from attrimeter.schemas.plain_data import SUFFIXES, read_plain_data
from attrimeter.schemas.schema import BODY_PARTS, Attribute, AttributeSchema, check_count

SCHEMAS: dict[str, AttributeSchema] = {schema.name: schema for schema in (MARKET1501, DUKEMTMC)}
"""The schemas that come with AttriMeter, by name."""


_KEYS = frozenset({"name", "field", "group", "parts", "negative", "positive"})


def open_schema(source: str | os.PathLike[str]) -> AttributeSchema:
    """The schema of that name (:data:`SCHEMAS`), or the one in that YAML or TOML file.

    A file holds ``name`` and a list ``attributes``; of each attribute only ``name`` is needed. ``field``
    and ``group`` default to the name, ``parts`` to the whole body, ``negative`` and ``positive`` to
    "no <name>" and "<name>". The limits are those of :func:`read_plain_data` and of
    :class:`AttributeSchema`.

    Args:
        source: the name of a schema that comes with AttriMeter, or a file ending in .yaml, .yml or .toml.

    Returns:
        The attributes with their groups, words and body parts, in order.

    Raises:
        SchemaError: no such name or file, not YAML or TOML, or a malformed schema.
    """
    if isinstance(source, str) and source in SCHEMAS:
        return SCHEMAS[source]
    path = Path(source)
    if path.suffix.lower() not in SUFFIXES:
        raise SchemaError(
            f"There is no schema {str(source)!r}; give one of {', '.join(SCHEMAS)} or a .yaml or .toml file."
        )
    return schema_from_dict(read_plain_data(path), origin=str(path))


def schema_from_dict(data: Any, *, origin: str = "the schema") -> AttributeSchema:
    """Build a schema from the plain dictionary that :func:`schema_to_dict` makes. Raises SchemaError."""
    if not isinstance(data, dict) or not isinstance(data.get("attributes"), list):
        raise SchemaError(f"{origin} needs a 'name' and a list 'attributes'.")
    entries = data["attributes"]
    check_count(origin, len(entries))
    attributes = tuple(_attribute_from_dict(entry, origin=origin) for entry in entries)
    return AttributeSchema(name=_text(data, "name", "custom", origin), attributes=attributes)


def schema_to_dict(schema: AttributeSchema) -> dict[str, Any]:
    """The schema as plain dictionaries, lists and strings, ready for JSON, YAML or TOML."""
    return {
        "name": schema.name,
        "attributes": [{**asdict(a), "parts": list(a.parts)} for a in schema.attributes],
    }


def _attribute_from_dict(entry: Any, *, origin: str) -> Attribute:
    if isinstance(entry, str):
        entry = {"name": entry}
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        raise SchemaError(f"{origin}: every attribute needs a 'name', which is text; got {entry!r:.60}.")
    name = entry["name"]
    whose = f"{origin}: attribute {name!r:.60}"
    unknown = [key for key in entry if key not in _KEYS]
    if unknown:
        raise SchemaError(
            f"{whose} has the unknown key {unknown[0]!r:.60}; known keys are {', '.join(sorted(_KEYS))}."
        )
    parts = entry.get("parts", BODY_PARTS)
    parts = (parts,) if isinstance(parts, str) else parts
    if not isinstance(parts, (list, tuple)) or not all(isinstance(part, str) for part in parts):
        raise SchemaError(f"{whose} needs a list of body parts; got {parts!r:.60}.")
    return Attribute(
        name=name,
        field=_text(entry, "field", name, whose),
        group=_text(entry, "group", name, whose),
        parts=tuple(parts),
        negative=_text(entry, "negative", f"no {name}", whose),
        positive=_text(entry, "positive", name, whose),
    )


def _text(entry: dict[Any, Any], key: str, default: str, whose: str) -> str:
    value = entry.get(key, default)
    if not isinstance(value, str):
        raise SchemaError(f"{whose} needs text as {key!r}; got {value!s:.60}: put it in quotes.")
    return value
