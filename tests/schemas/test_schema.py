from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from attrimeter.errors import SchemaError
from attrimeter.schemas import (
    BODY_PARTS,
    OCCLUDER_LABEL,
    PART_BANDS,
    SCHEMAS,
    Attribute,
    AttributeSchema,
)


def attribute(
    name: str, group: str | None = None, *, field: str | None = None, parts: str = "hat"
) -> Attribute:
    return Attribute(name, field or name, group or name, (parts,), f"no {name}", name)


def test_names_fields_groups_and_indexes() -> None:
    schema = AttributeSchema(
        "s", (attribute("red", "colour", field="upred"), attribute("hat"), attribute("blue", "colour"))
    )
    assert schema.names == ("red", "hat", "blue")
    assert schema.fields == ("upred", "hat", "blue")
    assert schema.groups == {"colour": (0, 2), "hat": (1,)}
    assert schema.group_index.tolist() == [0, 1, 0]
    assert len(schema) == 3 and schema.index("blue") == 2


def test_schemas_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        SCHEMAS["market1501"].name = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ((), "has no attributes"),
        ((attribute("a"), attribute("a", field="b")), "uses the name 'a' twice"),
        ((attribute("a"), attribute("b", field="a")), "uses the field 'a' twice"),
        ((attribute("a", parts="tail"),), "lies on 'tail'; choose from face"),
        ((replace(attribute("a"), parts=()),), "lies on no part"),
        ((attribute("other"),), "'other' is reserved"),
        ((attribute("a", "other"),), "'other' is reserved"),
        ((attribute("a"), attribute("b", "a")), "'a' names both"),
        ((attribute("b", "a"), attribute("a", "c")), "'a' names both"),
    ],
)
def test_malformed_schemas(attributes: tuple[Attribute, ...], said: str) -> None:
    with pytest.raises(SchemaError, match=said):
        AttributeSchema("s", attributes)


def test_unknown_attribute() -> None:
    with pytest.raises(SchemaError, match="has no attribute 'tail'"):
        SCHEMAS["market1501"].index("tail")


def test_body_parts_have_a_label_and_a_band() -> None:
    assert len(BODY_PARTS) + 1 == OCCLUDER_LABEL
    assert set(PART_BANDS) == set(BODY_PARTS)
    assert all(0 <= top < bottom <= 1 for top, bottom in PART_BANDS.values())


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_groups_partition_the_attributes(schema: AttributeSchema) -> None:
    indexes = [index for group in schema.groups.values() for index in group]
    assert sorted(indexes) == list(range(len(schema)))
    for number, group in enumerate(schema.groups.values()):
        assert np.flatnonzero(schema.group_index == number).tolist() == list(group)
