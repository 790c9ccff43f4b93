"""Each campaign at a small size; ``python -m tests.campaigns`` runs them whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.campaigns.__main__ import FULL, SIZES, describe, size_of
from tests.campaigns.tally import Tally

SMALL = {
    "attribute_files": 60,
    "caches": 24,
    "checkpoints": 40,
    "checkpoints_resume": 12,
    "encodings": 16,
    "interpreter_folders": 40,
    "kills": 4,
    "options": 1,
    "pictures": 300,
}
"""Sizes that take some seconds each."""


@pytest.mark.parametrize("kind", sorted(SMALL))
def test_a_small_campaign_finds_no_fault(kind: str, tmp_path: Path) -> None:
    from importlib import import_module

    tally = import_module(f"tests.campaigns.{kind}").run(SMALL[kind], 1, tmp_path)
    assert tally.faults == []
    assert tally.kind == kind and tally.tries >= SMALL[kind] and sum(tally.outcomes.values()) == tally.tries
    assert len(tally.outcomes) > 1, "nothing was damaged, or nothing held"


def test_every_campaign_is_run_whole_and_small() -> None:
    files = Path(__file__).parent.glob("*.py")
    assert (
        {path.stem for path in files if "\ndef run(size: int" in path.read_text()} == set(SIZES) == set(SMALL)
    )
    assert all(size_of(kind, FULL) == SIZES[kind] and size_of(kind, 1) >= 1 for kind in SIZES)


def test_a_tally_says_what_was_found() -> None:
    text = describe(Tally("pictures", 3, {"read": 1, "fault": 2}, ["case 1: wrong", "case 2: wrong"]), 4.2)
    assert text.splitlines() == [
        "pictures: 3 tries in 4 s, 2 faults (2 fault, 1 read)",
        "  fault: case 1: wrong",
        "  fault: case 2: wrong",
    ]
