"""Which images meet, and which identities are held out."""

from __future__ import annotations

import numpy as np
import pytest

from attrimeter.fitting.batches import hold_out_identities, identity_batches

IDENTITIES = np.repeat(np.arange(1, 8), [3, 5, 1, 8, 4, 2, 9])


def test_every_image_comes_once_and_identities_come_in_chunks() -> None:
    rng = np.random.default_rng(0)
    batches = list(identity_batches(IDENTITIES, batch_images=8, images_per_identity=4, rng=rng))
    assert sorted(np.concatenate(batches).tolist()) == list(range(len(IDENTITIES)))
    order = IDENTITIES[np.concatenate(batches)]
    runs = 1 + int((order[1:] != order[:-1]).sum())
    assert runs <= sum(-(-count // 4) for count in np.bincount(IDENTITIES)[1:])


def test_the_generator_decides_the_order() -> None:
    def draw(seed: int) -> list[int]:
        rng = np.random.default_rng(seed)
        batches = identity_batches(IDENTITIES, batch_images=8, images_per_identity=4, rng=rng)
        return [int(row) for batch in batches for row in batch]

    assert draw(1) == draw(1) != draw(2)


def test_nothing_gives_no_batches() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert not list(
        identity_batches(none, batch_images=8, images_per_identity=4, rng=np.random.default_rng(0))
    )


@pytest.mark.parametrize(("share", "count"), [(0.0, 0), (0.01, 1), (0.3, 2), (0.99, 6)])
def test_whole_identities_are_held_out_and_never_all(share: float, count: int) -> None:
    held = hold_out_identities(IDENTITIES, share=share, seed=1)
    out, kept = set(IDENTITIES[held]), set(IDENTITIES[~held])
    assert len(out) == count and not out & kept and kept
