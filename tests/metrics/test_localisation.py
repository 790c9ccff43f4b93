from __future__ import annotations

import math

import numpy as np
import pytest

from attrimeter.metrics.localisation import cover_cells, score_maps


def blank(n: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Maps of 16 x 8 cells, masks of 128 x 64 pixels (8 x 8 pixels a cell), identities."""
    return np.zeros((n, 16, 8)), np.zeros((n, 128, 64), dtype=bool), np.arange(n)


@pytest.mark.parametrize(("size", "grid"), [((128, 64), (16, 8)), ((12, 10), (5, 3)), ((6, 4), (9, 8))])
def test_cover_is_the_area_of_the_part_in_the_cell(size: tuple[int, int], grid: tuple[int, int]) -> None:
    """Against points laid densely over each cell; also where cells cut pixels, or are smaller than one."""
    masks = np.random.default_rng(0).random((2, *size)) < 0.4
    found = cover_cells(masks, grid)
    dense = 120
    ys = ((np.arange(grid[0] * dense) + 0.5) * size[0] / (grid[0] * dense)).astype(int)
    xs = ((np.arange(grid[1] * dense) + 0.5) * size[1] / (grid[1] * dense)).astype(int)
    points = masks[:, ys][:, :, xs].reshape(2, grid[0], dense, grid[1], dense)
    np.testing.assert_allclose(found, points.mean(axis=(2, 4)), atol=0.02)
    np.testing.assert_allclose(found.mean(axis=(1, 2)), masks.mean(axis=(1, 2)))


def test_shares_and_pointing_against_a_loop() -> None:
    rng = np.random.default_rng(1)
    maps = rng.random((12, 4, 2))
    masks = rng.random((12, 128, 64)) < 0.3
    for picture in range(12):
        masks[picture, : 10 * picture] = False
    found = score_maps(maps, masks, np.arange(12))
    shares, parts, hits = [], [], []
    for heat, mask in zip(maps, masks, strict=True):
        if mask.sum() < 20:
            continue
        cover = [[mask[32 * y : 32 * y + 32, 32 * x : 32 * x + 32].mean() for x in (0, 1)] for y in range(4)]
        cells = [(heat[y, x], cover[y][x]) for y in range(4) for x in (0, 1)]
        shares.append(sum(h * c for h, c in cells) / sum(h for h, _ in cells))
        parts.append(mask.sum() / mask.size)
        most = max(c for _, c in cells)
        hits.append(all(c >= 0.25 or (most < 0.25 and c == most) for h, c in cells if h == heat.max()))
    assert 0 < sum(hits) < len(hits) == found.images
    assert math.isclose(found.map_share.value, np.mean(shares))
    assert math.isclose(found.part_share.value, np.mean(parts))
    assert math.isclose(found.pointing.value, np.mean(hits))


def test_an_even_map_has_the_part_share_and_misses() -> None:
    maps, masks, identities = blank()
    maps[:] = 3.0
    masks[:, 40:60, 10:30] = True
    found = score_maps(maps, masks, identities)
    assert math.isclose(found.map_share.value, found.part_share.value)
    assert found.pointing.value == 0


@pytest.mark.parametrize(("rows", "hit"), [(2, 1.0), (1, 0.0)])
def test_a_quarter_of_the_cell_is_on_the_part(rows: int, hit: float) -> None:
    maps, masks, identities = blank()
    masks[0, 64:72, 0:8] = True  # all of cell (8, 0)
    masks[0, 0:rows, 0:8] = True  # a quarter or an eighth of cell (0, 0)
    maps[0, 0, 0] = 1.0
    assert score_maps(maps, masks, identities).pointing.value == hit


def test_a_part_too_small_for_a_quarter_of_any_cell() -> None:
    """A strip over cells (2, 0) to (2, 3): none is covered by a quarter, and the last least of all."""
    maps, masks, identities = blank()
    masks[0, 16, 0:28] = True
    maps[0, 2, 1] = 1.0
    assert score_maps(maps, masks, identities).pointing.value == 1
    maps[0, 2] = [0, 0, 0, 1, 0, 0, 0, 0]
    assert score_maps(maps, masks, identities).pointing.value == 0


def test_ties_are_misses_only_off_the_part() -> None:
    maps, masks, identities = blank(2)
    masks[:, 0:16, 0:16] = True
    maps[:, 0:2, 0:2] = 1.0
    maps[1, 9, 5] = 1.0
    assert score_maps(maps[:1], masks[:1], identities[:1]).pointing.value == 1
    assert score_maps(maps[1:], masks[1:], identities[1:]).pointing.value == 0


def test_a_map_of_zeros_is_lost_even_where_the_part_is_everywhere() -> None:
    maps, masks, identities = blank()
    masks[:] = True
    found = score_maps(maps, masks, identities)
    assert (found.map_share.value, found.part_share.value, found.pointing.value) == (0, 1, 0)


def test_least_pixels_scale_with_the_picture() -> None:
    masks = np.zeros((2, 256, 128), dtype=bool)
    masks[0, :8, :10] = True  # 80 pixels, as 20 of 128 x 64
    masks[1, :1, :79] = True
    found = score_maps(np.ones((2, 4, 2)), masks, np.arange(2))
    assert found.images == 1


def test_intervals_are_over_identities() -> None:
    rng = np.random.default_rng(0)
    maps, masks, _ = blank(40)
    masks[:, :64] = True
    maps[np.arange(40), rng.integers(0, 16, 40), 3] = 1.0
    alone = score_maps(maps, masks, np.arange(40)).pointing
    copied = score_maps(np.repeat(maps, 4, 0), np.repeat(masks, 4, 0), np.repeat(np.arange(40), 4)).pointing
    assert alone == copied and alone.low < alone.value < alone.high


def test_no_picture_with_the_part() -> None:
    for n in (0, 3):
        found = score_maps(*blank(n))
        assert found.images == 0
        assert all(math.isnan(s.value) for s in (found.map_share, found.part_share, found.pointing))
