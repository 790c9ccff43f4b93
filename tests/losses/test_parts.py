"""Where attributes belong: claims, cell shares, and the two losses, against loops."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from attrimeter.losses import band_loss, band_weights, cell_targets, part_claims, part_loss, sum_groups
from attrimeter.schemas import BODY_PARTS, OCCLUDER_LABEL, SCHEMAS

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


def test_band_loss_is_the_mass_outside() -> None:
    outside = band_weights(SCHEMA, (16, 8))
    hat, shins = SCHEMA.index("hat"), SCHEMA.index("length")
    assert outside[hat, 0] == 0 and outside[hat, 15] == 1
    assert outside[shins, 0] == 1 and outside[shins, 13] == 0
    maps = torch.zeros(1, len(SCHEMA), 16, 8)
    maps[:, :, 0] = 1.0
    maps[:, :, 15] = 3.0
    expected = float((0.25 * outside[:, 0] + 0.75 * outside[:, 15]).mean())
    assert float(band_loss(maps, outside)) == pytest.approx(expected, rel=1e-5)


def test_no_images_give_zero() -> None:
    assert float(band_loss(torch.zeros(0, len(SCHEMA), 4, 2), band_weights(SCHEMA, (4, 2)))) == 0.0
    assert float(part_loss(torch.zeros(0, 3, 2, 2), torch.zeros(0, 3, 2, 2))) == 0.0
