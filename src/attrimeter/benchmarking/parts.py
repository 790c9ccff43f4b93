"""Which pixels of a rendered picture an attribute group is seen on."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, UInt8

from attrimeter.arrays import Array
from attrimeter.errors import SchemaError
from attrimeter.schemas import BODY_PARTS, AttributeSchema


def part_mask_of(
    masks: UInt8[Array, "n height width"], schema: AttributeSchema, group: str
) -> Bool[Array, "n height width"]:
    """Where part masks show any of the body parts that the schema names for the group's attributes.

    Raises:
        SchemaError: the schema has no such group.
    """
    if group not in schema.groups:
        raise SchemaError(
            f"The schema {schema.name!r} has no group {group!r}; choose from {', '.join(schema.groups)}."
        )
    parts = {part for index in schema.groups[group] for part in schema.attributes[index].parts}
    return np.isin(masks, [label for label, part in enumerate(BODY_PARTS, start=1) if part in parts])
