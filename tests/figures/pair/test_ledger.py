from __future__ import annotations

from dataclasses import replace

import pytest

from attrimeter.errors import SettingsError
from attrimeter.figures.pair.ledger import NOTHING_NAMED, ledger_rows, ledger_span, read_state, top_groups
from attrimeter.values import OTHER, AttributeReading
from figures.examples import example_explanation, identical_explanation, trusted_explanation


@pytest.mark.parametrize("limit", [None, 3, 6, 10, 12, 50])
def test_rows_sum_to_the_distance_however_many_are_shown(limit: int | None) -> None:
    explanation = example_explanation()
    rows = ledger_rows(explanation, limit=limit)
    assert sum(row.contribution for row in rows) == pytest.approx(explanation.distance)
    assert sum(row.share for row in rows) == pytest.approx(1)
    assert len(rows) == min(limit or 12, 12)


@pytest.mark.parametrize("limit", [None, 3, 7])
def test_rows_are_ordered_by_size_with_the_fold_last(limit: int | None) -> None:
    rows = ledger_rows(example_explanation(), limit=limit)
    shown = [abs(row.contribution) for row in rows if row.kind != "folded"]
    assert shown == sorted(shown, reverse=True)
    assert all(row.kind != "folded" for row in rows[:-1])


def test_other_is_never_folded_however_small() -> None:
    rows = ledger_rows(example_explanation(other=1e-9), limit=4)
    assert [row.kind for row in rows].count("other") == 1
    assert rows[-1].name == "9 further attributes"


def test_a_limit_without_room_for_a_group_is_refused() -> None:
    with pytest.raises(SettingsError, match="limit of 3 or more"):
        ledger_rows(example_explanation(), limit=2)


def test_states_of_single_attributes_and_of_colours() -> None:
    states = {row.name: row.states for row in ledger_rows(example_explanation())}
    assert states["upper colour"] == ("red", "blue")
    assert states["hat"] == ("hat", "no hat")
    assert states["lower colour"] == (NOTHING_NAMED, "black")
    assert states["sleeve"] == ("long sleeves", "long sleeves")
    assert states[OTHER] is None


def test_only_different_states_differ() -> None:
    differs = {row.name: row.differs for row in ledger_rows(example_explanation())}
    assert differs["hat"] and not differs["sleeve"] and not differs[OTHER]


def test_a_group_that_was_not_read_has_no_state() -> None:
    explanation = example_explanation()
    unread = replace(explanation, first=replace(explanation.first, readings={}))
    assert all(row.states is None for row in ledger_rows(unread))


def test_names_without_common_words_are_kept_whole() -> None:
    image = replace(
        example_explanation().first,
        readings={"red": AttributeReading(0.2, "not red"), "dark blue": AttributeReading(0.7, "dark blue")},
    )
    assert read_state(image, ("red", "dark blue")) == "dark blue"


def test_a_name_that_is_the_beginning_of_another_keeps_a_word() -> None:
    image = replace(
        example_explanation().first,
        readings={"top": AttributeReading(0.9, "top"), "top red": AttributeReading(0.1, "no")},
    )
    assert read_state(image, ("top", "top red")) == "top"


def test_top_groups_leave_out_other_and_nothing() -> None:
    assert [row.name for row in top_groups(example_explanation(other=99.0), 2)] == [
        "upper colour",
        "backpack",
    ]
    assert top_groups(identical_explanation(), 3) == ()


def test_rows_carry_interval_and_verdict() -> None:
    explanation = trusted_explanation()
    rows = {row.name: row for row in ledger_rows(explanation, limit=10)}
    assert rows["hat"].interval == explanation.intervals["hat"] and not rows["hat"].doubted
    assert rows["gender"].verdict == "weak" and rows["gender"].doubted
    assert rows[OTHER].interval == explanation.intervals[OTHER] and rows[OTHER].verdict is None
    assert rows["3 further attributes"].interval is None and not rows["3 further attributes"].doubted
    doubted = {row.name for row in ledger_rows(explanation) if row.doubted}
    assert doubted == {"gender", "sleeve", "handbag"}
    assert not any(row.doubted or row.interval for row in ledger_rows(example_explanation()))


def test_the_span_holds_bars_intervals_and_zero() -> None:
    explanation = replace(trusted_explanation(), intervals={"hat": (-9.0, 2.0), "bag": (0.0, 99.0)})
    rows = ledger_rows(explanation)
    assert ledger_span(rows) == (-9.0, 99.0)
    assert ledger_span(rows, intervals=False) == (-0.9, explanation.groups["upper colour"])
    assert ledger_span(ledger_rows(identical_explanation())) == (0.0, 0.0)
