"""``attrimeter cache``: shown, cleared by kind and age, and never without being asked for."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from attrimeter.caching.content import list_cache
from attrimeter.storage.in_use import using
from caching.cache_examples import FINGERPRINT, make_cache

MAPS = f"maps-{FINGERPRINT[:20]}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    make_cache(tmp_path / "cache")
    return tmp_path / "cache"


def test_it_is_shown_and_written(call: Any, root: Path, tmp_path: Path) -> None:
    answer = call("cache", "--cache", root, "--json", tmp_path / "c.json")
    assert answer.code == 0 and "100 bytes in" in answer.out
    shown = json.loads((tmp_path / "c.json").read_text())
    assert shown["limit"] == 20 * 10**9 and len(shown["shelves"]) == 6
    few = call("cache", "--cache", root, "--kind", "maps", "--kind", "rendered-edits", "--older-than", "1h")
    assert "60 bytes in" in few.out and "older-version" not in few.out
    assert list_cache(root).size == 100


def test_the_default_cache_is_the_one_of_the_environment(
    call: Any, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTRIMETER_CACHE", str(root))
    assert "100 bytes in" in call("cache").out


def test_it_is_cleared_whole_or_in_part(call: Any, root: Path, tmp_path: Path) -> None:
    answer = call("cache", "clear", "--yes", "--kind", "older-version", "--cache", root)
    assert answer.code == 0 and "Removed 4 entries (40 bytes)" in answer.out
    with using(root, f"{MAPS}/entry-1"):
        answer = call("cache", "clear", "--yes", "--cache", root, "--json", tmp_path / "c.json")
    assert "In use by a running job, and left: 1 entry (30 bytes)." in answer.out
    assert len(json.loads((tmp_path / "c.json").read_text())["entries"]) == 2
    assert call("cache", "clear", "--yes", "--older-than", "2w", "--cache", root).code == 0
    assert list_cache(root).shelves == ()
    assert "Nothing was removed" in call("cache", "clear", "--cache", root).out


def test_where_nobody_can_be_asked_it_wants_a_yes(call: Any, root: Path) -> None:
    answer = call("cache", "clear", "--cache", root)
    assert answer.code == 2 and f"Remove 100 bytes from {root}? Say so with --yes." in answer.err
    assert list_cache(root).size == 100


@pytest.mark.parametrize("said", [True, False])
def test_a_person_is_asked(call: Any, root: Path, monkeypatch: pytest.MonkeyPatch, said: bool) -> None:
    asked: list[str] = []

    def confirm(question: str, **_: Any) -> bool:
        asked.append(question)
        return said

    monkeypatch.setattr(typer, "confirm", confirm)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    answer = call("cache", "clear", "--cache", root)
    assert asked == [f"Remove 100 bytes from {root}?"]
    assert (answer.code, list_cache(root).size) == ((0, 0) if said else (2, 100))
    assert said or "Nothing was removed." in answer.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("--older-than", "30"),
            "--older-than takes hours, days or weeks, such as 12h, 30d or 8w; got '30'.",
        ),
        (("--older-than", "-1d"), "--older-than takes hours, days or weeks"),
        (("--kind", "pears"), "keeps no 'pears'; it keeps maps, older-version, rendered-edits."),
        (("wipe",), "wipe"),
    ],
)
def test_what_cannot_be_is_told_and_removes_nothing(
    call: Any, root: Path, words: tuple[str, ...], told: str
) -> None:
    for action in ((), ("clear", "--yes")) if words[0] != "wipe" else ((),):
        answer = call("cache", *action, *words, "--cache", root)
        assert answer.code == 2 and told in answer.err
    assert list_cache(root).size == 100


def test_a_limit_that_is_no_size_is_one_sentence(
    call: Any, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTRIMETER_CACHE_LIMIT", "lots")
    answer = call("cache", "--cache", root)
    said = "ATTRIMETER_CACHE_LIMIT takes a size such as 50GB or 500MB, or none; got 'lots'."
    assert answer.code == 2 and answer.err.strip() == f"attrimeter: {said}"
