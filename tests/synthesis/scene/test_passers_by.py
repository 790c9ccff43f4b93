"""People in the background."""

from __future__ import annotations

import numpy as np
import pytest

from attrimeter.synthesis.scene.passers_by import add_passer_by


@pytest.mark.parametrize("seed", range(12))
def test_a_passer_by_changes_part_of_the_picture(seed):
    image = np.full((128, 64, 3), 0.3, dtype=np.float32)
    rng = np.random.default_rng(seed)
    add_passer_by(image, rng, camera=seed % 6 + 1, scene="standard", horizon=40)
    changed = (image != np.float32(0.3)).any(axis=2)
    assert changed.mean() < 0.3
    assert image.min() >= 0


def test_the_same_seed_gives_the_same_passer_by_and_most_are_in_the_picture():
    images = np.full((2, 30, 128, 64, 3), 0.3, dtype=np.float32)
    for run in range(2):
        for seed in range(30):
            add_passer_by(
                images[run, seed], np.random.default_rng(seed), camera=1, scene="standard", horizon=40
            )
    np.testing.assert_array_equal(images[0], images[1])
    assert (images[0] != np.float32(0.3)).any(axis=(1, 2, 3)).mean() > 0.7
