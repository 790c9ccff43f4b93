"""Annotated groups of persons against loops over their queries."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from attrimeter.auditing.person_groups import (
    FEWEST_PERSONS,
    compare_person_groups,
    list_person_groups,
    list_states,
)
from attrimeter.auditing.reliance import RelianceTally
from attrimeter.metrics.retrieval import QueryScores
from attrimeter.schemas import SCHEMAS
from attrimeter.values import ImageSet

SCHEMA = SCHEMAS["market1501"]
PERSONS, VIEWS = 40, 3
RNG = np.random.default_rng(0)
PER_PERSON = (RNG.random((PERSONS, len(SCHEMA))) < 0.4).astype(np.int8)
PER_PERSON[:5, SCHEMA.index("hat")] = -1
PER_PERSON[5:, SCHEMA.index("hat")] = 0  # nobody is known to wear one
AGES = np.repeat(np.array([2] * 15 + [3] * 20 + [1] * 5, dtype=np.int8), VIEWS)
LABELS = np.repeat(PER_PERSON, VIEWS, axis=0)
QUERIES = ImageSet(
    paths=tuple(Path(f"{row}.jpg") for row in range(PERSONS * VIEWS)),
    identities=np.repeat(np.arange(1, PERSONS + 1), VIEWS),
    cameras=np.tile(np.arange(1, VIEWS + 1), PERSONS),
    labels=LABELS,
    ages=AGES,
)
SCORES = QueryScores(
    first_hit=RNG.integers(-1, 3, size=len(QUERIES)),
    average_precision=np.where(RNG.random(len(QUERIES)) < 0.1, np.nan, RNG.random(len(QUERIES))),
    inverse_negative_penalty=RNG.random(len(QUERIES)),
)


def tally() -> RelianceTally:
    sums = RelianceTally(
        identities=QUERIES.identities,
        cameras=QUERIES.cameras,
        groups=tuple(SCHEMA.groups),
        gallery_cameras=np.array([1]),
    )
    width = len(SCHEMA.groups)
    parts = np.random.default_rng(1).random((len(QUERIES), 4, width + 1))
    differs = np.zeros((len(QUERIES), 4, width), dtype=np.int8)
    everything = np.ones((len(QUERIES), 4), dtype=bool)
    sums.add(np.arange(len(QUERIES)), parts, differs, everything, np.ones(4, dtype=int))
    return sums


def test_states_of_enough_persons_are_listed() -> None:
    listed = {(s.attribute, s.words): s.queries for s in list_states(SCHEMA, QUERIES, LABELS)}
    hat = SCHEMA.attributes[SCHEMA.index("hat")]
    assert ("hat", hat.negative) in listed and ("hat", hat.positive) not in listed
    assert ("age", "teenager") in listed and ("age", "adult") in listed and ("age", "child") not in listed
    assert {name for name, _ in listed} >= {"gender", "upper black"}
    red = SCHEMA.attributes[SCHEMA.index("upper red")]
    assert ("upper red", red.negative) not in listed  # one colour of several
    for (name, words), chosen in listed.items():
        assert len(np.unique(QUERIES.identities[chosen])) >= FEWEST_PERSONS
        if name != "age":
            state = int(words == SCHEMA.attributes[SCHEMA.index(name)].positive)
            assert chosen.tolist() == (LABELS[:, SCHEMA.index(name)] == state).tolist()


def test_numbers_of_a_group_are_those_of_its_queries() -> None:
    states = list_states(SCHEMA, QUERIES, LABELS)
    sums = tally()
    for state, group in zip(states, list_person_groups(states, QUERIES, SCORES, sums), strict=True):
        rows = [row for row in range(len(QUERIES)) if state.queries[row]]
        asked = [row for row in rows if SCORES.first_hit[row] >= 0]
        hits = 100 * np.mean([SCORES.first_hit[row] == 0 for row in asked])
        assert group.rank1.value == pytest.approx(hits)
        assert group.mean_ap.value == pytest.approx(100 * np.nanmean(SCORES.average_precision[rows]))
        assert (group.queries, group.persons) == (len(rows), len({int(QUERIES.identities[r]) for r in rows}))
        assert group.shares == sums.shares(state.queries)


def test_two_states_are_compared_and_more_comparisons_widen_the_intervals() -> None:
    states = list_states(SCHEMA, QUERIES, LABELS)
    found = {gap.attribute: gap for gap in compare_person_groups(states, QUERIES, SCORES)}
    assert {"gender", "age"} <= set(found) and not {"hat", "upper red"} & set(found)
    groups = {(g.attribute, g.words): g for g in list_person_groups(states, QUERIES, SCORES, tally())}
    for gap in found.values():
        first, second = (groups[gap.attribute, words] for words in (gap.first, gap.second))
        assert gap.rank1.value == pytest.approx(first.rank1.value - second.rank1.value)
        assert gap.mean_ap.value == pytest.approx(first.mean_ap.value - second.mean_ap.value)
    alone = [state for state in states if state.attribute == "gender"]
    (narrow,) = compare_person_groups(alone, QUERIES, SCORES)
    wide = found["gender"]
    assert wide.rank1.low < narrow.rank1.low and narrow.rank1.high < wide.rank1.high


def test_no_labels_no_groups() -> None:
    bare = ImageSet(QUERIES.paths, QUERIES.identities, QUERIES.cameras, np.full_like(LABELS, -1))
    assert list_states(SCHEMA, bare, bare.labels) == ()
    assert compare_person_groups((), bare, SCORES) == ()
