"""How large a cache may grow: the setting, and which entries go first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attrimeter.caching.limit import VARIABLE, cache_limit, entries_to_drop
from attrimeter.errors import SettingsError
from attrimeter.values.cache_content import KeptEntry


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", 20 * 10**9),
        ("  ", 20 * 10**9),
        ("50GB", 50 * 10**9),
        ("500 MB", 500 * 10**6),
        ("1.5tb", 1_500 * 10**9),
        ("0kB", 0),
        ("none", None),
        ("None ", None),
    ],
)
def test_sizes(monkeypatch: pytest.MonkeyPatch, text: str, wanted: int | None) -> None:
    monkeypatch.setenv(VARIABLE, text)
    assert cache_limit() == wanted
    monkeypatch.delenv(VARIABLE)
    assert cache_limit() == 20 * 10**9


@pytest.mark.parametrize(
    "text", ["20", "GB", "-1GB", "20 GiB", "1e3MB", "inf", "nan", "٣GB", "1GB 2GB", "9" * 90]
)
def test_what_is_no_size_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(SettingsError, match=r"takes a size such as 50GB or 500MB, or none; got .*\.$"):
        cache_limit()


ENTRIES = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 9), st.booleans()), max_size=12
).map(
    lambda rows: [
        (KeptEntry(f"s/entry-{number}", size, float(used)), in_use)
        for number, (size, used, in_use) in enumerate(rows)
    ]
)  # fmt: skip


@given(rows=ENTRIES, limit=st.integers(0, 300), coming=st.integers(0, 100))
def test_the_least_recently_used_go_first_and_no_more_than_need_be(
    rows: list[tuple[KeptEntry, bool]], limit: int, coming: int
) -> None:
    """Against dropping one at a time, the one that was unused for longest, until the rest fits."""
    entries, held = [entry for entry, _ in rows], {entry.name for entry, in_use in rows if in_use}
    left, wanted = list(entries), []
    while sum(entry.size for entry in left) + coming > limit:
        free = [entry for entry in left if entry.name not in held]
        if not free:
            break
        oldest = min(free, key=lambda entry: (entry.used, entry.name))
        left.remove(oldest)
        wanted.append(oldest)
    assert entries_to_drop(entries, held, limit=limit, coming=coming) == wanted


@given(rows=ENTRIES, limit=st.integers(0, 300), coming=st.integers(0, 100))
def test_what_is_in_use_stays_and_the_order_of_listing_means_nothing(
    rows: list[tuple[KeptEntry, bool]], limit: int, coming: int
) -> None:
    entries, held = [entry for entry, _ in rows], {entry.name for entry, in_use in rows if in_use}
    chosen = entries_to_drop(entries, held, limit=limit, coming=coming)
    assert not held & {entry.name for entry in chosen}
    assert entries_to_drop(entries[::-1], held, limit=limit, coming=coming) == chosen
    stay = [entry for entry in entries if entry not in chosen and entry.name not in held]
    assert all(entry.used >= gone.used for entry in stay for gone in chosen)
