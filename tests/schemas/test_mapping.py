"""Labels carried from one schema to another, against the rules written out person by person."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from attrimeter.datasets import read_market_attributes
from attrimeter.errors import SchemaError
from attrimeter.schemas import SCHEMAS, Attribute, AttributeSchema
from attrimeter.schemas.mapping import MARKET_AND_DUKE, SchemaMapping, carry_labels, map_schemas

MARKET, DUKE = SCHEMAS["market1501"], SCHEMAS["dukemtmc"]


def person(schema: AttributeSchema, *positive: str, unknown: tuple[str, ...] = ()) -> np.ndarray:
    """One row of labels: 1 for the named attributes, -1 for the unknown ones, else 0."""
    row = [1 if name in positive else -1 if name in unknown else 0 for name in schema.names]
    return np.array([row], dtype=np.int8)


def slowly(labels: np.ndarray, mapping: SchemaMapping) -> np.ndarray:
    """The rules of :func:`carry_labels`, one person and attribute at a time, by name."""

    def settle(row: dict[str, int], schema: AttributeSchema) -> dict[str, int]:
        settled = {}
        for attribute in schema.attributes:
            rivals = [a.name for a in schema.attributes if a.group == attribute.group and a != attribute]
            excluded = any(row[rival] == 1 for rival in rivals)
            value = row[attribute.name]
            settled[attribute.name] = 0 if value == -1 and excluded else value
        return settled

    rows = []
    for given in labels:
        known = settle(dict(zip(mapping.given.names, given.tolist(), strict=True)), mapping.given)
        carried = {}
        for name, column in zip(mapping.wanted.names, mapping.columns, strict=True):
            carried[name] = -1 if column is None else known[mapping.given.names[column]]
        rows.append(list(settle(carried, mapping.wanted).values()))
    return np.array(rows, dtype=np.int8).reshape(len(labels), len(mapping.wanted))


@pytest.mark.parametrize("given, wanted", [(MARKET, DUKE), (DUKE, MARKET)])
def test_what_is_stated_is_what_the_words_say(given: AttributeSchema, wanted: AttributeSchema) -> None:
    mapping = map_schemas(given, wanted)
    mapped = set(wanted.names) - set(mapping.unmapped)
    assert mapped == set(MARKET_AND_DUKE) == set(given.names) & set(wanted.names)
    for attribute, column in zip(wanted.attributes, mapping.columns, strict=True):
        if column is not None:
            other = given.attributes[column]
            assert (other.name, other.negative, other.positive) == (
                attribute.name, attribute.negative, attribute.positive,
            )  # fmt: skip


def test_what_has_no_counterpart() -> None:
    assert set(map_schemas(MARKET, DUKE).unmapped) == {"boots", "shoes", "top", "upper brown", "lower red"}
    assert set(map_schemas(DUKE, MARKET).unmapped) == {
        "hair", "sleeve", "length", "type", "upper yellow", "lower pink", "lower purple", "lower yellow",
    }  # fmt: skip


def test_a_schema_maps_to_itself() -> None:
    mapping = map_schemas(MARKET, MARKET)
    assert mapping.columns == tuple(range(26)) and mapping.unmapped == ()
    labels = np.random.default_rng(0).integers(0, 2, (5, 26)).astype(np.int8)
    np.testing.assert_array_equal(carry_labels(labels, mapping), labels)


def test_own_schemas_meet_in_name_and_words() -> None:
    hat = Attribute("hat", "h", "hat", ("hat",), "no hat", "hat")
    turned = Attribute("hair", "f", "hair", ("hair",), "long hair", "short hair")  # the other way round
    mine = AttributeSchema(
        "mine", (turned, replace(hat, field="head"), replace(hat, name="cap", group="cap"))
    )
    mapping = map_schemas(mine, MARKET)
    found = {MARKET.names[i]: column for i, column in enumerate(mapping.columns) if column is not None}
    assert found == {"hat": 1}
    carried = carry_labels(np.array([[1, 1, 0], [0, -1, 1]], dtype=np.int8), mapping)
    assert carried[:, MARKET.index("hat")].tolist() == [1, -1]
    assert (np.delete(carried, MARKET.index("hat"), axis=1) == -1).all()


@pytest.mark.parametrize("given, wanted", [(MARKET, DUKE), (DUKE, MARKET)])
def test_against_one_person_at_a_time(given: AttributeSchema, wanted: AttributeSchema) -> None:
    rng = np.random.default_rng(3)
    labels = rng.choice([-1, 0, 0, 0, 1], (300, len(given))).astype(np.int8)
    before = labels.copy()
    mapping = map_schemas(given, wanted)
    carried = carry_labels(labels, mapping)
    np.testing.assert_array_equal(carried, slowly(labels, mapping))
    np.testing.assert_array_equal(labels, before)
    assert carried.dtype == np.int8 and set(np.unique(carried)) == {-1, 0, 1}


def test_colours_that_one_side_lacks() -> None:
    mapping = map_schemas(DUKE, MARKET)

    def upper(*positive: str, unknown: tuple[str, ...] = ()) -> dict[str, int]:
        row = carry_labels(person(DUKE, *positive, unknown=unknown), mapping)[0]
        return {name.split()[1]: int(row[MARKET.index(name)]) for name in MARKET.names if "upper " in name}

    shared = dict.fromkeys(("black", "white", "red", "purple", "gray", "blue", "green"), 0)
    assert upper("upper red") == {**shared, "red": 1, "yellow": 0}
    assert upper("upper brown") == {**shared, "yellow": -1}
    assert upper() == {**shared, "yellow": -1}
    everything = tuple(name for name in DUKE.names if name.startswith("upper "))
    assert upper(unknown=everything) == dict.fromkeys((*shared, "yellow"), -1)
    assert upper("upper brown", unknown=everything) == {**shared, "yellow": -1}
    assert upper("upper red", unknown=everything) == {**shared, "red": 1, "yellow": 0}


def test_no_rows_and_the_wrong_columns() -> None:
    mapping = map_schemas(DUKE, MARKET)
    assert carry_labels(np.zeros((0, 23), dtype=np.int8), mapping).shape == (0, 26)
    with pytest.raises(SchemaError, match="'dukemtmc' need 23 columns.*26"):
        carry_labels(np.zeros((2, 26), dtype=np.int8), mapping)


def test_the_real_labels_of_duke(real_data: Path) -> None:
    labels = read_market_attributes(real_data / "duke_attribute.mat", schema=DUKE).labels
    mapping = map_schemas(DUKE, MARKET)
    carried = carry_labels(labels, mapping)
    np.testing.assert_array_equal(carried, slowly(labels, mapping))
    assert (carried[:, MARKET.index("upper yellow")] == -1).sum() == 49  # of 1,812 persons: brown, or none
