"""Where a group is seen."""

from __future__ import annotations

import numpy as np
import pytest

from attrimeter.benchmarking.parts import part_mask_of
from attrimeter.errors import SchemaError
from attrimeter.schemas import BODY_PARTS, OCCLUDER_LABEL, SCHEMAS

SCHEMA = SCHEMAS["market1501"]
EVERY_LABEL = np.arange(OCCLUDER_LABEL + 1, dtype=np.uint8).reshape(1, 1, -1)


@pytest.mark.parametrize("group", SCHEMA.groups)
def test_a_group_covers_the_parts_of_all_its_attributes(group: str) -> None:
    mask = part_mask_of(EVERY_LABEL, SCHEMA, group)
    assert mask.dtype == bool and mask.shape == EVERY_LABEL.shape
    for label in range(OCCLUDER_LABEL + 1):
        part = BODY_PARTS[label - 1] if 1 <= label <= len(BODY_PARTS) else None
        expected = any(part in a.parts for a in SCHEMA.attributes if a.group == group)
        assert mask[0, 0, label] == expected


def test_a_hat_is_seen_where_the_mask_says_hat() -> None:
    masks = np.array([[[0, 3], [4, 12]], [[0, 0], [0, 0]]], dtype=np.uint8)
    assert part_mask_of(masks, SCHEMA, "hat").tolist() == [
        [[False, True], [False, False]],
        [[False, False], [False, False]],
    ]
    assert part_mask_of(masks[:0], SCHEMA, "hat").shape == (0, 2, 2)


def test_an_unknown_group_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SchemaError, match="no group 'shoes'; choose from gender"):
        part_mask_of(EVERY_LABEL, SCHEMA, "shoes")
