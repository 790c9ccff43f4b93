"""What is asked of planted targets."""

from __future__ import annotations

import numpy as np
import pytest

from attrimeter.benchmarking.plants import CASES, PLANTS, PURE_HUE
from attrimeter.schemas import SCHEMAS
from attrimeter.values import MeasuredPairs

GROUPS = tuple(SCHEMAS["market1501"].groups)


def some_pairs(rows: int = 8) -> MeasuredPairs:
    rng = np.random.default_rng(1)
    pictures, masks = np.zeros((rows, 1, 1, 3), dtype=np.uint8), np.zeros((rows, 1, 1), dtype=np.uint8)
    truth = rng.normal(size=(rows, len(GROUPS)))
    return MeasuredPairs(
        target_fingerprint="f", groups=GROUPS, first=pictures, second=pictures, first_masks=masks,
        second_masks=masks, differs=truth != 0, truth=truth, none=np.zeros(rows),
        total=rng.uniform(5, 9, size=rows), kinds=np.array(["many"] * rows), identities=np.arange(rows),
    )  # fmt: skip


def test_the_cases_and_their_groups() -> None:
    assert CASES == ("head", "lower", "hue", "marked") and set(PLANTS) == {*CASES, PURE_HUE}
    assert all(set(plant.groups) <= set(GROUPS) for plant in PLANTS.values())
    assert [name for name, plant in PLANTS.items() if plant.mark] == ["marked"]
    bounds = {name: (plant.rule, plant.bound) for name, plant in PLANTS.items()}
    assert bounds["head"] == bounds["lower"] == ("at most", 0.03)
    assert bounds["hue"] == bounds[PURE_HUE] == ("within", 0.05)
    assert bounds["marked"] == ("at least", 0.9)


@pytest.mark.parametrize("name", PLANTS)
def test_each_share_is_that_of_a_plain_loop(name: str) -> None:
    pairs, plant = some_pairs(), PLANTS[name]
    above = below = 0.0
    for row in range(len(pairs)):
        said = dict(zip(GROUPS, pairs.truth[row], strict=True))
        if name == "marked":
            above += max(said, key=lambda group: said[group]) == "backpack"
            below += 1
        else:
            above += sum(abs(said[group]) for group in plant.groups)
            below += pairs.total[row] if name == PURE_HUE else sum(map(abs, said.values()))
    found = plant.share(pairs.truth, pairs, samples=20, seed=3)
    assert found.value == pytest.approx(above / below)
    assert found.low <= found.value <= found.high
