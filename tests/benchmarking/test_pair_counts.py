from __future__ import annotations

import pytest

from attrimeter.benchmarking.pair_counts import QUICK, count_pairs
from attrimeter.errors import SettingsError
from attrimeter.synthesis import KINDS


def test_half_as_many_with_few_and_a_quarter_of_each_other_kind() -> None:
    assert count_pairs(400) == {"many": 400, "few": 200, "same": 100, "edited": 100}
    assert set(count_pairs(4)) == set(KINDS) and min(count_pairs(4).values()) == 1
    assert count_pairs(400, quick=True) == count_pairs(QUICK)
    assert count_pairs(12, quick=True) == count_pairs(12)


@pytest.mark.parametrize("pairs", [3, 100_001])
def test_too_few_or_too_many_is_one_sentence(pairs: int) -> None:
    with pytest.raises(SettingsError, match="pairs must be a whole number from 4 to 100,000"):
        count_pairs(pairs)
