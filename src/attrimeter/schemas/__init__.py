"""Attribute schemas: names, words, groups and body parts of what a data set annotates."""

from attrimeter.schemas.files import SCHEMAS, open_schema, schema_from_dict, schema_to_dict
from attrimeter.schemas.schema import (
    BODY_PARTS,
    OCCLUDER_LABEL,
    PART_BANDS,
    Attribute,
    AttributeSchema,
)

__all__ = [
    "BODY_PARTS",
    "OCCLUDER_LABEL",
    "PART_BANDS",
    "SCHEMAS",
    "Attribute",
    "AttributeSchema",
    "open_schema",
    "schema_from_dict",
    "schema_to_dict",
]
