from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest

from figures.comparison_examples import example_comparison, unknown_comparison


def test_the_queries_are_those_of_all_four_answers() -> None:
    example = example_comparison()
    assert example.queries == example.first.retrieval.queries == 583
    assert replace(example, both_wrong=example.both_wrong + 1).queries == example.queries + 1
    assert unknown_comparison().queries == 0


def test_it_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        example_comparison().both_right = 1  # type: ignore[misc]
