"""Tables of edits: what follows from them, by loops over pairs and sets."""

from __future__ import annotations

import numpy as np

from attrimeter.values.edit_tables import EditTables, join_tables

GROUPS = ("hat", "hair", "bag", "sleeve")


def make_tables(seed: int, pairs: int) -> EditTables:
    rng = np.random.default_rng(seed)
    columns = np.full((pairs, 3), -1)
    values = np.full((pairs, 8), np.nan)
    for row in range(pairs):
        named = np.sort(rng.permutation(4)[: rng.integers(0, 4)])
        columns[row, : len(named)] = named
        values[row, : 1 << len(named)] = rng.random(1 << len(named))
    pictures = rng.integers(0, 256, (5, pairs, 2, 1, 3)).astype(np.uint8)
    masks = pictures[..., 0]
    return EditTables(
        "f", GROUPS, pictures[0], pictures[1], pictures[2], masks[3], masks[4], columns, values,
        np.array(["few"] * pairs), rng.integers(0, 9, pairs),
    )  # fmt: skip


def test_what_follows_from_the_values() -> None:
    tables = make_tables(1, 9)
    for row in range(9):
        named = [int(column) for column in tables.columns[row] if column >= 0]
        assert tables.differs[row].tolist() == [group in named for group in range(4)]
        assert tables.whole[row] == 2 ** len(named) - 1
        assert tables.none[row] == tables.values[row, 0]
        assert tables.total[row] == tables.values[row, 2 ** len(named) - 1]
        for taken in np.ndindex(2, 2, 2, 2):
            wanted = sum(1 << bit for bit, group in enumerate(named) if taken[group])
            asked = np.array([[taken]], dtype=bool)
            assert tables.take(np.array([row])).index_of(asked)[0, 0] == wanted


def test_tables_are_joined_in_order_and_taken_apart_again() -> None:
    first, second = make_tables(1, 4), make_tables(2, 3)
    joined = join_tables([first, first.take(np.arange(0)), second])
    assert len(joined) == 7 and joined.groups == GROUPS
    for name in ("first", "start", "second", "first_masks", "second_masks", "columns", "kinds", "identities"):
        np.testing.assert_array_equal(getattr(joined.take(np.arange(4)), name), getattr(first, name))
        np.testing.assert_array_equal(getattr(joined.take(np.arange(7) > 3), name), getattr(second, name))
    np.testing.assert_array_equal(joined.total, np.concatenate([first.total, second.total]))
