"""Running sums of what a model relies on."""

from __future__ import annotations

import math

import numpy as np
import pytest

from attrimeter.auditing.reliance import RelianceTally

GROUPS = ("upper colour", "hat")
RNG = np.random.default_rng(0)
IDENTITIES, CAMERAS = np.array([1, 1, 2, 3, 4]), np.array([1, 2, 1, 3, 2])
GALLERY_CAMERAS = RNG.integers(1, 4, size=30)
PARTS = RNG.normal(1, 1, size=(5, 30, 3))
DIFFERS = RNG.integers(-1, 2, size=(5, 30, 2)).astype(np.int8)
COUNTED = RNG.random((5, 30)) < 0.8


def filled() -> RelianceTally:
    """The same pairs in blocks of two queries and eleven gallery images."""
    tally = RelianceTally(
        identities=IDENTITIES, cameras=CAMERAS, groups=GROUPS, gallery_cameras=np.array([1, 2, 3])
    )
    for rows in np.split(np.arange(5), [2, 4]):
        for columns in np.split(np.arange(30), [11, 22]):
            block = np.ix_(rows, columns)
            tally.add(rows, PARTS[block], DIFFERS[block], COUNTED[block], GALLERY_CAMERAS[columns])
    return tally


def slow_share(column: int, chosen: np.ndarray) -> float:
    """Sum of contributions over the sum of distances, pair by pair, in percent."""
    pairs = np.argwhere(chosen & COUNTED)
    return 100 * sum(PARTS[i, j, column] for i, j in pairs) / sum(PARTS[i, j].sum() for i, j in pairs)


EVERY = np.ones((5, 30), dtype=bool)


def test_groups() -> None:
    tally = filled()
    assert tally.pairs == COUNTED.sum()
    assert tally.other().value == pytest.approx(slow_share(2, EVERY))
    groups = {group.name: group for group in tally.group_reliance()}
    for column, name in enumerate(GROUPS):
        apart, alike = DIFFERS[:, :, column] == 1, DIFFERS[:, :, column] == 0
        group = groups[name]
        assert group.share.value == pytest.approx(slow_share(column, EVERY))
        assert group.share_differs.value == pytest.approx(slow_share(column, apart))
        assert group.share_alike.value == pytest.approx(slow_share(column, alike))
        assert group.effect.value == pytest.approx(slow_share(column, apart) - slow_share(column, alike))
        assert group.differs == pytest.approx(
            100 * (apart & COUNTED).sum() / ((apart | alike) & COUNTED).sum()
        )
    shares = [group.share.value for group in tally.group_reliance()]
    assert shares == sorted(shares, reverse=True)


def test_shares_of_some_queries_sum_to_the_whole() -> None:
    chosen = np.array([True, False, True, False, False])
    shares = filled().shares(chosen)
    assert sum(score.value for score in shares.values()) == pytest.approx(100)
    assert shares["hat"].value == pytest.approx(slow_share(1, EVERY & chosen[:, None]))


def test_camera_pairs() -> None:
    mean = (PARTS.sum(axis=2) * COUNTED).sum() / COUNTED.sum()
    pairs = filled().camera_pairs()
    assert sum(pair.pairs for pair in pairs) == COUNTED.sum()
    for pair in pairs:
        chosen = (pair.query == CAMERAS)[:, None] & (pair.gallery == GALLERY_CAMERAS)[None]
        assert pair.pairs == (chosen & COUNTED).sum()
        assert pair.distance.value == pytest.approx(100 * PARTS.sum(axis=2)[chosen & COUNTED].mean() / mean)
        assert pair.shares["other"].value == pytest.approx(slow_share(2, chosen))


def test_what_two_cameras_add() -> None:
    same = CAMERAS[:, None] == GALLERY_CAMERAS[None]
    parts = np.where(same[:, :, None], [1.0, 1.0, 1.0], [1.5, 1.0, 2.5])
    tally = RelianceTally(
        identities=IDENTITIES, cameras=CAMERAS, groups=GROUPS, gallery_cameras=np.array([1, 2, 3])
    )
    tally.add(np.arange(5), parts, DIFFERS, COUNTED, GALLERY_CAMERAS)
    assert tally.other_share_of_camera_gap() == pytest.approx(75)  # 1.5 of 2


def test_one_camera_says_nothing_of_cameras() -> None:
    tally = RelianceTally(
        identities=IDENTITIES, cameras=np.ones(5, dtype=int), groups=GROUPS, gallery_cameras=np.array([1])
    )
    tally.add(np.arange(5), PARTS, DIFFERS, COUNTED, np.ones(30, dtype=int))
    assert math.isnan(tally.other_share_of_camera_gap())
    assert [(pair.query, pair.gallery) for pair in tally.camera_pairs()] == [(1, 1)]


def test_without_labels_the_shares_remain() -> None:
    tally = RelianceTally(
        identities=IDENTITIES, cameras=CAMERAS, groups=GROUPS, gallery_cameras=np.array([1, 2, 3])
    )
    tally.add(np.arange(5), PARTS, np.full_like(DIFFERS, -1), COUNTED, GALLERY_CAMERAS)
    for group in tally.group_reliance():
        assert math.isfinite(group.share.value)
        assert all(
            math.isnan(value) for value in (group.differs, group.share_differs.value, group.effect.value)
        )
