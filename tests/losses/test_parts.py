"""Where attributes belong: claims, cell shares, covers, and the two losses, against loops."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from attrimeter.losses import (
    cell_targets,
    cover_targets,
    part_claims,
    part_loss,
    sum_groups,
    template_targets,
)
from attrimeter.schemas import BODY_PARTS, OCCLUDER_LABEL, PART_BANDS, SCHEMAS
from attrimeter.schemas.schema import Attribute, AttributeSchema

SCHEMA = SCHEMAS["market1501"]
GROUPS = list(SCHEMA.groups)


def test_every_label_is_claimed_once_in_all() -> None:
    claims = part_claims(SCHEMA)
    assert torch.allclose(claims.sum(dim=0), torch.ones(len(BODY_PARTS) + 2))
    assert float(claims[-1, 0]) == 1.0 and float(claims[-1, OCCLUDER_LABEL]) == 1.0
    hat = 1 + BODY_PARTS.index("hat")
    assert float(claims[GROUPS.index("hat"), hat]) == 1.0
    arms = 1 + BODY_PARTS.index("arms")
    assert float(claims[GROUPS.index("sleeve"), arms]) == 0.5
    assert float(claims[GROUPS.index("upper colour"), arms]) == 0.5


def test_cell_targets_count_the_pixels_of_each_cell() -> None:
    rng = np.random.default_rng(0)
    mask = rng.integers(0, OCCLUDER_LABEL + 2, size=(8, 4)).astype(np.uint8)
    claims = part_claims(SCHEMA)
    cells = cell_targets(torch.from_numpy(mask)[None], claims, (4, 2))[0]
    for row in range(4):
        for column in range(2):
            block = mask[2 * row : 2 * row + 2, 2 * column : 2 * column + 2].ravel()
            labels = [0 if label > OCCLUDER_LABEL else int(label) for label in block]
            expected = sum(claims[:, label] for label in labels) / len(labels)
            assert torch.allclose(cells[:, row, column], expected)
    assert torch.allclose(cells.sum(dim=0), torch.ones(4, 2))


def test_sum_groups_adds_the_maps_of_each_group() -> None:
    maps = torch.rand(2, len(SCHEMA) + 1, 3, 2)
    summed = sum_groups(maps, torch.from_numpy(SCHEMA.group_index))
    for row, members in enumerate(SCHEMA.groups.values()):
        assert torch.allclose(summed[:, row], sum(maps[:, index] for index in members), atol=1e-6)
    assert torch.equal(summed[:, -1], maps[:, -1])


def test_part_loss_is_the_divergence_of_each_cell() -> None:
    partition = torch.rand(2, 3, 2, 2).softmax(dim=1)
    targets = torch.rand(2, 3, 2, 2).softmax(dim=1)
    total = 0.0
    for n in range(2):
        for row in range(2):
            for column in range(2):
                for g in range(3):
                    t, p = float(targets[n, g, row, column]), float(partition[n, g, row, column])
                    total += t * math.log(t / p)
    assert float(part_loss(partition, targets)) == pytest.approx(total / 8, rel=1e-4)
    assert float(part_loss(targets, targets)) == pytest.approx(0.0, abs=1e-6)


def test_the_template_is_each_cell_s_usual_parts() -> None:
    template, claims = template_targets(SCHEMA, (16, 8)), part_claims(SCHEMA)
    for row in range(16):
        here = [
            claims[:, 1 + BODY_PARTS.index(part)]
            for part, (top, bottom) in PART_BANDS.items()
            if top <= (row + 0.5) / 16 <= bottom
        ]
        for column in range(8):
            body = math.exp(-0.5 * (((column + 0.5) / 8 - 0.5) / 0.2) ** 2)
            expected = body * sum(here) / len(here)
            expected[-1] += 1 - body
            assert torch.allclose(template[:, row, column], expected, atol=1e-6)
    assert torch.allclose(template.sum(dim=0), torch.ones(16, 8))


def test_no_images_give_zero() -> None:
    assert float(part_loss(torch.zeros(0, 3, 2, 2), torch.zeros(0, 3, 2, 2))) == 0.0


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
