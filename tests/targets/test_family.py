"""How the names of a code base become ours."""

from __future__ import annotations

import pytest

from attrimeter.targets.catalogue import PROFILES
from attrimeter.targets.family import find_entry, rename, renaming

NAMES = {"classifier.weight": None, "base.": "backbone.", "base.fc.": None, "base.fc.kept": "head.kept"}


@pytest.mark.parametrize(
    ("name", "entry", "ours"),
    [
        ("classifier.weight", "classifier.weight", None),
        ("classifier.weights", None, "classifier.weights"),
        ("base.layer1.0.conv1.weight", "base.", "backbone.layer1.0.conv1.weight"),
        ("base.fc.bias", "base.fc.", None),
        ("base.fc.kept", "base.fc.kept", "head.kept"),
        ("baseline.weight", None, "baseline.weight"),
    ],
)
def test_a_name_is_of_its_own_entry_or_of_the_longest_start(
    name: str, entry: str | None, ours: str | None
) -> None:
    assert find_entry(name, NAMES) == entry
    assert rename(name, NAMES) == ours


def test_the_empty_start_is_that_of_every_other_name() -> None:
    ours = renaming({"": "backbone.", "fc.weight": None})
    assert ours("conv1.weight", PROFILES["demo"]) == "backbone.conv1.weight"
    assert ours("fc.weight", PROFILES["demo"]) is None
