"""Schemas as data: to and from plain dictionaries, YAML and TOML files."""

from __future__ import annotations

import os
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from attrimeter.errors import SchemaError
from attrimeter.schemas.dukemtmc import DUKEMTMC
from attrimeter.schemas.market1501 import MARKET1501
from attrimeter.schemas.schema import BODY_PARTS, Attribute, AttributeSchema

SCHEMAS: dict[str, AttributeSchema] = {schema.name: schema for schema in (MARKET1501, DUKEMTMC)}
"""The schemas that come with AttriMeter, by name."""


def open_schema(source: str | os.PathLike[str]) -> AttributeSchema:
    """The schema of that name (:data:`SCHEMAS`), or the one in that YAML or TOML file.

    A file holds ``name`` and a list ``attributes``; of each attribute only ``name`` is needed. ``field``
    and ``group`` default to the name, ``parts`` to the whole body, ``negative`` and ``positive`` to
    "no <name>" and "<name>".

    Raises:
        SchemaError: no such name or file, not YAML or TOML, or a malformed schema.
    """
    if isinstance(source, str) and source in SCHEMAS:
        return SCHEMAS[source]
    path = Path(source)
    if path.suffix.lower() not in {".yaml", ".yml", ".toml"}:
        raise SchemaError(
            f"There is no schema {str(source)!r}; give one of {', '.join(SCHEMAS)} or a .yaml or .toml file."
        )
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SchemaError(f"The schema file {path} cannot be read: {error}.") from error
    try:
        data = tomllib.loads(text) if path.suffix.lower() == ".toml" else yaml.safe_load(text)
    except (tomllib.TOMLDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise SchemaError(
            f"The schema file {path} is not valid {path.suffix[1:].upper()}: {reason}"
        ) from error
    return schema_from_dict(data, origin=str(path))


def schema_from_dict(data: Any, *, origin: str = "the schema") -> AttributeSchema:
    """Build a schema from the plain dictionary that :func:`schema_to_dict` makes. Raises SchemaError."""
    if not isinstance(data, dict) or not isinstance(data.get("attributes"), list):
        raise SchemaError(f"{origin} needs a 'name' and a list 'attributes'.")
    attributes = tuple(_attribute_from_dict(entry, origin=origin) for entry in data["attributes"])
    return AttributeSchema(name=str(data.get("name", "custom")), attributes=attributes)


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
        raise SchemaError(f"{origin}: every attribute needs a 'name'; got {entry!r}.")
    known = {"name", "field", "group", "parts", "negative", "positive"}
    unknown = sorted(set(entry) - known)
    if unknown:
        raise SchemaError(
            f"{origin}: attribute {entry['name']!r} has the unknown key {unknown[0]!r}; "
            f"known keys are {', '.join(sorted(known))}."
        )
    name = entry["name"]
    parts = entry.get("parts", BODY_PARTS)
    if not isinstance(parts, (str, list, tuple)):
        raise SchemaError(f"{origin}: attribute {name!r} needs a list of body parts; got {parts!r}.")
    return Attribute(
        name=name,
        field=str(entry.get("field", name)),
        group=str(entry.get("group", name)),
        parts=(parts,) if isinstance(parts, str) else tuple(str(part) for part in parts),
        negative=str(entry.get("negative", f"no {name}")),
        positive=str(entry.get("positive", name)),
    )
