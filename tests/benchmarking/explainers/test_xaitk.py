"""xaitk's similarity saliency against a plain loop over windows."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest
import torch

from attrimeter.benchmarking.explainers.saliency import explain_by_saliency
from attrimeter.benchmarking.explainers.xaitk import SimilaritySaliency
from attrimeter.errors import SettingsError
from attrimeter.targets import Target
from attrimeter.values import MeasuredPairs


def slow_map(target: Target, picture: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Square windows of a quarter of the height, moved by half of theirs, centred on the picture."""
    height, width = picture.shape[:2]
    side, step = height // 4, height // 8
    blank = [round(255 * channel) for channel in target.profile.pixel_mean]

    def squared(shown: np.ndarray) -> float:
        return float(((target.embed_images([shown])[0].astype(np.float64) - other) ** 2).sum())

    whole, gains, windows = squared(picture), np.zeros((height, width)), np.zeros((height, width))
    for top in range(-(step // 2), height - step // 2, step):
        for left in range(-(step // 2), width - step // 2, step):
            rows, columns = slice(max(top, 0), top + side), slice(max(left, 0), left + side)
            hidden = picture.copy()
            hidden[rows, columns] = blank
            gains[rows, columns] += max(0.0, whole - squared(hidden))
            windows[rows, columns] += 1
    mean = gains / np.maximum(windows, 1)
    return mean / mean.max() if mean.max() else mean


def test_a_map_is_the_mean_over_the_windows_that_hide_a_pixel(target: Target, pairs: MeasuredPairs) -> None:
    explainer = SimilaritySaliency(target)
    other = target.embed_images([pairs.second[1]])[0].astype(np.float64)
    found = explainer.draw_map(pairs.first[1], other)
    assert found.shape == pairs.first_masks.shape[1:] and found.max() == pytest.approx(1)
    np.testing.assert_allclose(found, slow_map(target, pairs.first[1], other), atol=1e-4)


def test_contributions_are_shares_by_the_part_masks(target: Target, pairs: MeasuredPairs) -> None:
    account = SimilaritySaliency(target).explain(pairs)
    assert (account.contributions >= 0).all() and (account.contributions.sum(axis=1) < pairs.total).all()
    row = np.array([3])
    one = pairs.take(row)
    ends = [target.embed_images(list(side)).astype(np.float64)[0] for side in (one.first, one.second)]
    maps = [
        torch.from_numpy(slow_map(target, picture, other)).float()[None]
        for picture, other in ((one.first[0], ends[1]), (one.second[0], ends[0]))
    ]
    expected = explain_by_saliency(one, *maps, cells=target.map_size).contributions
    np.testing.assert_allclose(account.contributions[row], expected, atol=1e-3 * one.total[0])


def test_two_equal_pictures_have_no_contributions(target: Target, pairs: MeasuredPairs) -> None:
    twins = replace(pairs, second=pairs.first, total=np.zeros(len(pairs)))
    assert (SimilaritySaliency(target).explain(twins).contributions == 0).all()


def test_without_the_package_it_says_how_to_install_it(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xaitk_saliency.utils.masking", None)
    with pytest.raises(SettingsError, match=r"needs xaitk-saliency.*pip install 'attrimeter\[explainers\]'"):
        SimilaritySaliency(target)
