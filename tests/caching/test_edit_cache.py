"""Measured edits on disk: read back without measuring, whole or not there, numbered through the shards."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from unittest import mock

import numpy as np
import pytest

from attrimeter.caching import edit_cache
from attrimeter.caching.edit_cache import EditCache, EditData
from attrimeter.caching.edit_measures import EditPairs, MeasuredShard, measure_shard
from attrimeter.caching.edit_renders import EditRenders
from attrimeter.errors import StorageError
from attrimeter.schemas import SCHEMAS, AttributeSchema
from attrimeter.schemas.schema import BODY_PARTS
from attrimeter.targets import Target, open_target

SCHEMA = SCHEMAS["market1501"]
PICTURES = ("last", "shallow", "cover", "labels", "embeddings")
SHARDS = 3


@pytest.fixture(scope="module")
def target(tiny_target_file: Path) -> Target:
    return open_target(tiny_target_file)


@pytest.fixture(scope="module")
def renders(tmp_path_factory: pytest.TempPathFactory) -> EditRenders:
    made = EditRenders(tmp_path_factory.mktemp("renders"), seed=1, families=2)
    list(made.fill(SHARDS, workers=1))
    return made


@pytest.fixture
def cache(target: Target, renders: EditRenders, tmp_path: Path) -> EditCache:
    return EditCache(tmp_path, target, SCHEMA, renders)


@pytest.fixture(scope="module")
def measured(target: Target, renders: EditRenders) -> list[MeasuredShard]:
    return [measure_shard(target, renders.open(index), SCHEMA) for index in range(SHARDS)]


def test_what_is_read_is_what_was_measured(cache: EditCache, measured: list[MeasuredShard]) -> None:
    told: list[tuple[int, int]] = []
    data = cache.fill(SHARDS, workers=1, progress=lambda *done: told.append(done))
    assert told == [(1, 3), (2, 3), (3, 3)]
    for stored, shard in zip(data.shards, measured, strict=True):
        for name in PICTURES:
            np.testing.assert_array_equal(stored[name], getattr(shard, name))
        for field in fields(EditPairs):
            np.testing.assert_array_equal(stored[field.name], getattr(shard.pairs, field.name))


def test_the_second_time_nothing_is_rendered_or_measured(
    cache: EditCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = cache.fill(2, workers=1)
    with monkeypatch.context() as patch:
        patch.setattr(edit_cache, "measure_shard", None)
        patch.setattr(EditRenders, "fill", None)
        patch.setattr(EditRenders, "open", None)
        again = cache.fill(2)
    rows = np.arange(len(first.starts))
    assert np.array_equal(first.gather(rows, "last"), again.gather(rows, "last"))
    measure, asked = edit_cache.measure_shard, []
    monkeypatch.setattr(
        edit_cache, "measure_shard", lambda *words, **more: asked.append(1) or measure(*words, **more)
    )
    assert len(cache.fill(3, workers=1).shards) == 3 and len(asked) == 1


def test_pictures_and_pairs_are_numbered_through_the_shards(
    cache: EditCache, measured: list[MeasuredShard]
) -> None:
    """Against one after the other, with the shards' own numbers shifted."""
    data = cache.fill(SHARDS, workers=1)
    first, second, families, pictures, family = [], [], [], 0, 0
    for shard in measured:
        first += (shard.pairs.first + pictures).tolist()
        second += (shard.pairs.second + pictures).tolist()
        families += (shard.pairs.families + family).tolist()
        pictures, family = pictures + len(shard.labels), family + 2
    assert data.pairs.first.tolist() == first and data.pairs.second.tolist() == second
    assert data.pairs.families.tolist() == families and len(set(families)) == 2 * SHARDS
    assert data.starts.tolist()[-1] == pictures
    for name in ("truth", "none", "total", "differs"):
        joined = np.concatenate([getattr(shard.pairs, name) for shard in measured])
        np.testing.assert_array_equal(getattr(data.pairs, name), joined)
    rng = np.random.default_rng(0)
    rows = rng.permutation(pictures)[:9]
    for name in PICTURES:
        joined = np.concatenate([getattr(shard, name) for shard in measured])
        np.testing.assert_array_equal(data.gather(rows, name).numpy(), joined[rows])
    pairs = rng.integers(0, len(first), 7)
    moves = np.concatenate([shard.pairs.moves for shard in measured])
    np.testing.assert_array_equal(data.gather_moves(pairs).numpy(), moves[pairs].astype(np.float32))
    assert data.gather(rows[:0], "labels").shape == (0, len(SCHEMA))


def test_mirrored_pictures_are_shards_of_their_own(
    cache: EditCache, target: Target, renders: EditRenders
) -> None:
    plain = cache.fill(1, workers=1)
    both = cache.fill(1, mirrored=True, workers=1)
    mirrored = measure_shard(target, renders.open(0), SCHEMA, mirrored=True)
    assert len(plain.shards) == 1 and len(both.shards) == 2
    np.testing.assert_array_equal(both.shards[0]["last"], plain.shards[0]["last"])
    np.testing.assert_array_equal(both.shards[1]["last"], mirrored.last)
    half = len(both.pairs.families) // 2
    np.testing.assert_array_equal(both.pairs.families[:half], both.pairs.families[half:])  # held out together
    assert (both.pairs.first[half:] >= both.starts[1]).all()


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_broken_off_write_leaves_nothing(cache: EditCache, error: BaseException) -> None:
    save, written = np.save, []

    def save_a_few(path: Path, values: np.ndarray) -> None:
        written.append(path)
        if len(written) > 3:
            raise error
        save(path, values)

    expected = StorageError if isinstance(error, OSError) else KeyboardInterrupt
    with mock.patch.object(np, "save", save_a_few), pytest.raises(expected) as caught:
        cache.fill(1, workers=1)
    folder = cache.shelf.folder
    if expected is StorageError:
        assert "No space left on device" in str(caught.value) and str(folder) in str(caught.value)
    assert len(written) == 4 and [path.name for path in folder.iterdir()] == ["shelf.json"]
    assert len(cache.fill(1, workers=1).shards) == 1


def test_a_folder_that_cannot_be_made_is_told(target: Target, renders: EditRenders, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    blocked = EditCache(tmp_path / "file", target, SCHEMA, renders)
    with pytest.raises(StorageError, match="Could not write"):
        blocked.fill(1, workers=1)


def with_other_parts(schema: AttributeSchema) -> AttributeSchema:
    """The same groups, which lie on other parts of the body."""
    changed = tuple(replace(attribute, parts=(BODY_PARTS[-1],)) for attribute in schema.attributes)
    return replace(schema, attributes=changed)


def test_each_target_and_each_choice_of_renders_has_its_own_folder(
    cache: EditCache, renders: EditRenders, tiny_target_file: Path, tmp_path: Path
) -> None:
    cosine = open_target(tiny_target_file, metric="cosine")
    folders = {
        cache.shelf.folder,
        EditCache(tmp_path, cosine, SCHEMA, renders).shelf.folder,
        EditCache(tmp_path, cache.target, SCHEMAS["dukemtmc"], renders).shelf.folder,
        EditCache(tmp_path, cache.target, with_other_parts(SCHEMA), renders).shelf.folder,
        EditCache(tmp_path, cache.target, SCHEMA, EditRenders(renders.root, seed=2, families=2)).shelf.folder,
    }
    assert len(folders) == 5


def test_data_of_one_shard_need_no_file() -> None:
    """The numbering alone, on a hand-made shard after an empty one."""
    empty = {"embeddings": np.zeros((0, 2)), "labels": np.zeros((0, 1), dtype=np.int8)}
    full = {"embeddings": np.ones((2, 2)), "labels": np.array([[1], [2]], dtype=np.int8)}
    data = EditData((empty, full, full))
    assert data.starts.tolist() == [0, 0, 2, 4]
    assert data.gather(np.array([3, 0, 2, 1]), "labels").flatten().tolist() == [2, 1, 1, 2]
