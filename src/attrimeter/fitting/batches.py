"""Which images meet in a batch."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from attrimeter.arrays import Array


def identity_batches(
    identities: Array, *, batch_images: int, images_per_identity: int, rng: np.random.Generator
) -> Iterator[Array]:
    """Cover every image once, a few of one identity beside each other in a batch.

    The images of each identity are shuffled and cut into chunks of ``images_per_identity``; the chunks are
    shuffled and joined. A last batch with fewer than two images is dropped.

    Args:
        identities: N integers.

    Yields:
        Rows into ``identities``.
    """
    order = rng.permutation(len(identities))
    chunks: list[Array] = []
    for identity in np.unique(identities):
        rows = order[identities[order] == identity]
        chunks.extend(rows[i : i + images_per_identity] for i in range(0, len(rows), images_per_identity))
    if not chunks:
        return
    shuffled = np.concatenate([chunks[i] for i in rng.permutation(len(chunks))])
    for start in range(0, len(shuffled), batch_images):
        batch = shuffled[start : start + batch_images]
        if len(batch) >= 2:
            yield batch


def hold_out_identities(identities: Array, *, share: float, seed: int) -> Array:
    """True for images of the identities that are held out for validation: ``share`` of them, at least one
    and never all where ``share`` > 0 and there are two or more."""
    known = np.unique(identities)
    count = round(share * len(known))
    if share > 0 and len(known) > 1:
        count = min(max(count, 1), len(known) - 1)
    chosen = np.random.default_rng([seed, 7]).permutation(known)[:count]
    return np.isin(identities, chosen)
