"""A few rendered pairs beside a small target, whose true contributions nobody may look at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from attrimeter.schemas import SCHEMAS
from attrimeter.synthesis import render_batch, sample_any_view, sample_edit_pair
from attrimeter.targets import Target, open_target
from attrimeter.values import MeasuredPairs

GROUPS = tuple(SCHEMAS["market1501"].groups)


@pytest.fixture(scope="session")
def target(tiny_target_file: Path) -> Target:
    return open_target(tiny_target_file)


@pytest.fixture(scope="session")
def pairs(target: Target) -> MeasuredPairs:
    """Four pairs, the third of the same person; their truth is NaN, so that whoever uses it is found out."""
    rng = np.random.default_rng(11)
    kinds = ["few", "many", "same", "many"]
    edits = [sample_edit_pair(rng, kind) for kind in kinds]
    first, first_masks = render_batch(
        [e.first for e in edits], [sample_any_view(rng) for _ in edits], (64, 32)
    )
    second, second_masks = render_batch([e.second for e in edits], [e.view for e in edits], (64, 32))
    delta = target.embed_images(list(first)).astype(np.float64) - target.embed_images(list(second))
    return MeasuredPairs(
        target_fingerprint=target.fingerprint,
        groups=GROUPS,
        first=first,
        second=second,
        first_masks=first_masks,
        second_masks=second_masks,
        differs=np.array([[group in edit.groups for group in GROUPS] for edit in edits]),
        truth=np.full((len(edits), len(GROUPS)), np.nan),
        none=np.full(len(edits), np.nan),
        total=(delta**2).sum(axis=1),
        kinds=np.array(kinds),
        identities=np.arange(len(edits)),
    )
