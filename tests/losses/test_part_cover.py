"""Cover of the cells against counting pixels one by one."""

from __future__ import annotations

import pytest
import torch

from attrimeter.losses import cover_targets
from attrimeter.schemas import BODY_PARTS, OCCLUDER_LABEL, SCHEMAS
from attrimeter.schemas.schema import Attribute, AttributeSchema

SCHEMA = SCHEMAS["market1501"]


def test_a_cell_s_cover_is_the_share_of_pixels_of_the_group_s_parts() -> None:
    generator = torch.Generator().manual_seed(0)
    masks = torch.randint(0, OCCLUDER_LABEL + 1, (2, 8, 6), generator=generator, dtype=torch.uint8)
    cover = cover_targets(masks, SCHEMA, (4, 2))
    assert cover.shape == (2, len(SCHEMA.groups), 4, 2)
    for image in range(2):
        for group, members in enumerate(SCHEMA.groups.values()):
            for row in range(4):
                for column in range(2):
                    count = 0
                    for pixel in masks[image, 2 * row : 2 * row + 2, 3 * column : 3 * column + 3].flatten():
                        parts = {part for index in members for part in SCHEMA.attributes[index].parts}
                        label = int(pixel)
                        count += 0 < label <= len(BODY_PARTS) and BODY_PARTS[label - 1] in parts
                    assert float(cover[image, group, row, column]) == pytest.approx(count / 6)


def test_background_and_occluders_cover_nothing_and_a_shared_part_covers_both() -> None:
    schema = AttributeSchema(
        "pair", tuple(Attribute(name, name, name, ("torso",), "no", "yes") for name in ("one", "two"))
    )
    masks = torch.tensor([[[0, OCCLUDER_LABEL], [BODY_PARTS.index("torso") + 1, 0]]], dtype=torch.uint8)
    expected = torch.tensor([[0.0, 0.0], [1.0, 0.0]])
    assert torch.equal(cover_targets(masks, schema, (2, 2))[0], torch.stack([expected, expected]))


def test_no_masks_give_no_cover() -> None:
    cover = cover_targets(torch.zeros(0, 8, 6, dtype=torch.uint8), SCHEMA, (4, 2))
    assert cover.shape == (0, len(SCHEMA.groups), 4, 2)
