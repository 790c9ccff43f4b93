"""What a target makes of edits: against distances of pictures that are found by their labels alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import adaptive_avg_pool2d

from attrimeter.caching import edit_measures
from attrimeter.caching.edit_measures import MeasuredShard, measure_shard
from attrimeter.caching.edit_renders import RenderedShard, join_families
from attrimeter.losses import cover_targets
from attrimeter.schemas import SCHEMAS
from attrimeter.synthesis.edit_families import FIRST, SECOND, render_family
from attrimeter.targets import Target, open_target

SCHEMA = SCHEMAS["market1501"]
GROUPS = [list(members) for members in SCHEMA.groups.values()]


@pytest.fixture(scope="module")
def target(tiny_target_file: Path) -> Target:
    return open_target(tiny_target_file)


@pytest.fixture(scope="module")
def shard() -> RenderedShard:
    """A family with few differences and one with many."""
    families = [render_family(np.random.default_rng(seed)) for seed in range(8)]
    few = next(family for family in families if family.differs.sum() == 2)
    return join_families([few, next(family for family in families if family.differs.sum() > 3)])


@pytest.fixture(scope="module")
def measured(target: Target, shard: RenderedShard) -> MeasuredShard:
    return measure_shard(target, shard, SCHEMA)


def kept_pictures(shard: RenderedShard) -> list[int]:
    """Rows of the rendered pictures that are one side of a pair: no edit, the empty and the last one."""
    return [
        row
        for row, (role, family) in enumerate(zip(shard.roles, shard.families, strict=True))
        if role in (FIRST, SECOND, 0, 2 ** int(shard.differs[family].sum()) - 1)
    ]


def find_edit(shard: RenderedShard, family: int, taken: set[int]) -> int:
    """The edit in which exactly the groups ``taken`` look like the second person, by its labels."""
    rows = [row for row in np.flatnonzero(shard.families == family) if shard.roles[row] >= 0]
    start, whole = rows[0], rows[-1]
    for row in rows:
        sources = [whole if group in taken else start for group in range(len(GROUPS))]
        pairs = zip(GROUPS, sources, strict=True)
        if all((shard.labels[row][m] == shard.labels[source][m]).all() for m, source in pairs):
            return int(row)
    raise AssertionError(f"no edit takes {taken}")


def test_the_truth_is_the_mean_of_first_and_last_marginals_of_the_group_that_changes(
    target: Target, shard: RenderedShard, measured: MeasuredShard
) -> None:
    embeddings = target.embed_images(list(shard.images)).astype(np.float64)
    kept, pairs, ways = kept_pictures(shard), measured.pairs, set()
    for row in np.flatnonzero(pairs.differs.any(axis=1)):
        first, second = kept[pairs.first[row]], kept[pairs.second[row]]
        family = shard.families[second]
        differing = set(np.flatnonzero(shard.differs[family]).tolist())
        backwards = shard.roles[second] == 0
        within = shard.roles[first] >= 0
        if within:
            assert {shard.roles[first], shard.roles[second]} == {0, 2 ** len(differing) - 1}
            assert pairs.none[row] == 0
        else:
            assert shard.roles[first] == (SECOND if backwards else FIRST)
        ways.add((bool(backwards), bool(within)))

        def seen(taken: set[int]) -> np.ndarray:
            """The edited picture; going back, what is taken is taken from the first person."""
            return embeddings[find_edit(shard, family, differing - taken if backwards else taken)]  # noqa: B023

        def squared(taken: set[int]) -> float:
            return float(((embeddings[first] - seen(taken)) ** 2).sum())  # noqa: B023

        assert pairs.none[row] == pytest.approx(squared(set()), rel=1e-4)
        assert pairs.total[row] == pytest.approx(squared(differing), rel=1e-4)
        scale = float(pairs.total[row])
        for group in range(len(GROUPS)):
            if group not in differing:
                assert pairs.truth[row, group] == 0 and not pairs.moves[row, group].any()
                continue
            one, others = {group}, differing - {group}
            marginals = squared(one) - squared(set()) + squared(differing) - squared(others)
            assert pairs.truth[row, group] == pytest.approx(marginals / 2, abs=1e-4 * scale)
            move = (seen(one) - seen(set()) + seen(differing) - seen(others)) / 2
            np.testing.assert_allclose(pairs.moves[row, group], move, rtol=2e-3, atol=1e-3)
    assert len(ways) == 4


def test_with_two_groups_they_are_shapley_values_and_leave_no_gap(measured: MeasuredShard) -> None:
    pairs = measured.pairs
    few = pairs.differs.sum(axis=1) == 2
    assert few.sum() == 6
    np.testing.assert_allclose(pairs.truth.sum(axis=1)[few], (pairs.total - pairs.none)[few], rtol=1e-3)


def test_pictures_of_one_person_are_a_pair_without_differences(
    target: Target, shard: RenderedShard, measured: MeasuredShard
) -> None:
    pairs, kept = measured.pairs, kept_pictures(shard)
    same = np.flatnonzero(~pairs.differs.any(axis=1))
    assert len(same) == 4 and len(pairs.total) == 16
    assert not pairs.truth[same].any() and not pairs.moves[same].any()
    for row in same:
        sides = [kept[pairs.first[row]], kept[pairs.second[row]]]
        assert sides[0] != sides[1] and len({shard.roles[side] for side in sides}) == 1
        one, other = target.embed_images([shard.images[side] for side in sides])
        assert pairs.total[row] == pairs.none[row] == pytest.approx(((one - other) ** 2).sum(), rel=1e-3)


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("batch", [5, 100])
def test_kept_pictures_are_seen_as_the_target_sees_them(
    target: Target, shard: RenderedShard, mirrored: bool, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edit_measures, "BATCH_IMAGES", batch)
    measured = measure_shard(target, shard, SCHEMA, mirrored=mirrored)
    kept = kept_pictures(shard)
    images = [shard.images[row, :, ::-1].copy() if mirrored else shard.images[row] for row in kept]
    masks = torch.from_numpy(shard.masks[kept][:, :, ::-1].copy() if mirrored else shard.masks[kept])
    maps = target.read_maps(target.preprocess(images))
    height, width = maps.last.shape[2:]
    np.testing.assert_allclose(measured.last, maps.last.numpy(), rtol=2e-3, atol=1e-3)
    finer = adaptive_avg_pool2d(maps.shallow, (2 * height, 2 * width))
    np.testing.assert_allclose(measured.shallow, finer.numpy(), rtol=2e-3, atol=1e-3)
    np.testing.assert_allclose(measured.embeddings, target.embed_images(images), rtol=1e-4, atol=1e-4)
    cover = cover_targets(masks, SCHEMA, (height, width)).numpy()
    np.testing.assert_allclose(measured.cover / 255, cover, atol=0.51 / 255)
    np.testing.assert_array_equal(measured.labels, shard.labels[kept])
    assert (measured.last.dtype, measured.cover.dtype) == (np.float16, np.uint8)
    pairs = measured.pairs
    delta = measured.embeddings[pairs.first] - measured.embeddings[pairs.second]
    np.testing.assert_allclose(pairs.total, (delta.astype(np.float64) ** 2).sum(axis=1), rtol=1e-3)
