"""Confusions within and across cameras."""

from __future__ import annotations

import numpy as np

from attrimeter.auditing.camera_bias import count_confusions


def slow(distances, own, here, others, cameras, *, same_camera):  # type: ignore[no-untyped-def]
    """Pair by pair, for one query."""
    found = []
    for right in range(len(others)):
        if others[right] != own or own <= 0 or cameras[right] == here:
            continue
        for wrong in range(len(others)):
            somebody_else = (others[wrong] != own or own == 0) and others[wrong] >= 0
            if somebody_else and (cameras[wrong] == here) == same_camera:
                gap = distances[wrong] - distances[right]
                found.append(1.0 if gap < 0 else 0.5 if gap == 0 else 0.0)
    return np.mean(found) if found else np.nan


def test_is_the_share_counted_pair_by_pair() -> None:
    rng = np.random.default_rng(0)
    distances = rng.integers(0, 8, size=(7, 40)).astype(float)  # with ties
    own, here = np.array([1, 2, 3, 0, 4, 5, 1]), rng.integers(1, 4, size=7)
    others, cameras = rng.integers(-1, 6, size=40), rng.integers(1, 4, size=40)
    found = count_confusions(
        distances,
        query_identities=own,
        query_cameras=here,
        gallery_identities=others,
        gallery_cameras=cameras,
    )
    for row in range(7):
        for values, same_camera in ((found.same_camera, True), (found.other_camera, False)):
            expected = slow(distances[row], own[row], here[row], others, cameras, same_camera=same_camera)
            np.testing.assert_allclose(values[row], expected)


def test_a_target_that_knows_cameras_alone() -> None:
    identities, cameras = np.repeat(np.arange(1, 5), 3), np.tile([1, 2, 3], 4)
    distances = (cameras[:, None] != cameras[None]).astype(float)
    found = count_confusions(
        distances,
        query_identities=identities,
        query_cameras=cameras,
        gallery_identities=identities,
        gallery_cameras=cameras,
    )
    assert (found.same_camera == 1).all() and (found.other_camera == 0.5).all()


def test_without_a_positive_or_a_second_camera_there_is_nothing() -> None:
    one = np.ones(2, dtype=int)
    found = count_confusions(
        np.zeros((2, 2)), query_identities=one, query_cameras=one, gallery_identities=one, gallery_cameras=one
    )
    assert np.isnan(found.same_camera).all() and np.isnan(found.other_camera).all()
