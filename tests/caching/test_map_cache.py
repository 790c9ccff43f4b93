"""Cached maps: the target's own, computed once, broken files told, nothing half-written kept."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
import torch

from attrimeter.caching import map_cache
from attrimeter.caching.map_cache import MapCache, content_key
from attrimeter.errors import StorageError
from attrimeter.pixels import read_image
from attrimeter.targets import Target, open_target, save_network


@pytest.fixture(scope="module")
def target(tiny_target_file: Path) -> Target:
    return open_target(tiny_target_file)


@pytest.fixture
def paths(rendered_set: Path, tmp_path: Path) -> list[Path]:
    images = sorted((rendered_set / "bounding_box_train").glob("*.jpg"))[:7]
    return [Path(shutil.copy(path, tmp_path / path.name)) for path in images]


def change_neck(tensors: dict[str, torch.Tensor]) -> None:
    tensors["head.neck.running_mean"].add_(0.5)


def change_scale(tensors: dict[str, torch.Tensor]) -> None:
    tensors["head.neck.weight"].mul_(torch.linspace(0, 2, len(tensors["head.neck.weight"])))


@pytest.mark.parametrize("change", [change_neck, change_scale])
def test_targets_that_differ_in_the_head_alone_share_no_embeddings(
    target: Target, paths: list[Path], tmp_path: Path, change: Callable[[dict[str, torch.Tensor]], None]
) -> None:
    tensors = target.weights()
    change(tensors)
    save_network(tmp_path / "other.safetensors", tensors, target.profile, metric=target.metric)
    other = open_target(tmp_path / "other.safetensors")
    for one in (target, other):
        cached = MapCache(tmp_path / "cache", one).fill(paths)
        assert np.allclose(cached.embeddings, one.embed_images(paths), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("mirrored", [False, True])
def test_maps_and_embeddings_are_the_target_s(
    target: Target, paths: list[Path], tmp_path: Path, mirrored: bool
) -> None:
    cached = MapCache(tmp_path / "cache", target, mirrored=mirrored).fill(paths)
    images = [read_image(path) for path in paths]
    wanted = [image[:, ::-1].copy() for image in images] if mirrored else images
    maps = target.read_maps(target.preprocess(wanted))
    rows = np.array([5, 0, 3])
    assert torch.allclose(cached.gather(rows, "last"), maps.last[rows], rtol=2e-3, atol=1e-3)
    assert torch.allclose(cached.gather(rows, "shallow"), maps.shallow[rows], rtol=2e-3, atol=1e-3)
    assert torch.allclose(cached.embeddings, target.head.embed(maps.last), rtol=1e-5, atol=1e-5)


def test_the_second_time_costs_no_forward(target: Target, paths: list[Path], tmp_path: Path) -> None:
    first = MapCache(tmp_path / "cache", target).fill(paths[:4])
    with mock.patch.object(Target, "read_maps", side_effect=AssertionError("computed again")):
        again = MapCache(tmp_path / "cache", target).fill(paths[:4][::-1])
    assert torch.equal(first.gather(np.array([0]), "last"), again.gather(np.array([3]), "last"))
    with (
        mock.patch.object(Target, "read_maps", side_effect=RuntimeError("asked")),
        pytest.raises(RuntimeError),
    ):
        MapCache(tmp_path / "cache", target).fill(paths)


def test_more_files_and_another_layer_are_added(target: Target, paths: list[Path], tmp_path: Path) -> None:
    root = tmp_path / "cache"
    MapCache(root, target, layers=("last",)).fill(paths[:3])
    whole = MapCache(root, target, layers=("last",)).fill(paths)
    assert len(whole) == 7 and len(whole.shards) == 2
    assert len(MapCache(root, target, layers=("last", "shallow")).fill(paths).shards) == 1


def test_several_shards_and_batches_give_the_same(target: Target, paths: list[Path], tmp_path: Path) -> None:
    whole = MapCache(tmp_path / "a", target).fill(paths)
    with mock.patch.multiple(map_cache, SHARD_IMAGES=3, BATCH_IMAGES=2):
        split = MapCache(tmp_path / "b", target).fill(paths)
    rows = np.arange(7)
    assert len(split.shards) == 3
    assert torch.allclose(whole.gather(rows, "last"), split.gather(rows, "last"), atol=2e-3)


def test_broken_and_missing_files_are_told_and_left_out(
    target: Target, paths: list[Path], tmp_path: Path
) -> None:
    paths[2].write_text("not an image")
    paths[4].unlink()
    cached = MapCache(tmp_path / "cache", target).fill(paths)
    assert cached.kept.tolist() == [0, 1, 3, 5, 6]
    assert [entry.path for entry in cached.skipped] == [paths[2], paths[4]]
    assert "No such file" in cached.skipped[1].reason and cached.skipped[0].reason
    whole = target.read_maps(target.preprocess([paths[6]])).last
    assert torch.allclose(cached.gather(np.array([4]), "last"), whole, rtol=2e-3, atol=1e-3)


def test_nothing_readable_gives_empty_maps(target: Target, tmp_path: Path) -> None:
    cached = MapCache(tmp_path / "cache", target).fill([tmp_path / "absent.jpg"])
    assert len(cached) == 0 and cached.embeddings.shape == (0, 0)
    assert len(MapCache(tmp_path / "cache", target).fill([])) == 0


def test_a_picture_that_changed_is_another_picture(target: Target, paths: list[Path], tmp_path: Path) -> None:
    """Also where its path, its size and its time of change stay what they were."""
    small, large = sorted(paths, key=lambda path: path.stat().st_size)[:: len(paths) - 1]
    before = MapCache(tmp_path / "cache", target).fill([large])
    status = large.stat()
    large.write_bytes(small.read_bytes() + bytes(status.st_size - small.stat().st_size))
    os.utime(large, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert large.stat().st_size == status.st_size and large.stat().st_mtime_ns == status.st_mtime_ns
    cached = MapCache(tmp_path / "cache", target).fill([large])
    assert not torch.equal(cached.embeddings[0], before.embeddings[0])
    wanted = target.embed_images([small])
    np.testing.assert_allclose(cached.embeddings.numpy(), wanted, rtol=1e-5, atol=1e-5)


def test_one_picture_under_two_names_is_computed_once(
    target: Target, paths: list[Path], tmp_path: Path
) -> None:
    again = Path(shutil.copy(paths[0], tmp_path / "again.jpg"))
    cached = MapCache(tmp_path / "cache", target).fill([paths[0], again, paths[1]])
    assert cached.kept.tolist() == [0, 1, 2] and len(cached.shards[0]["embedding"]) == 2
    assert torch.equal(cached.embeddings[0], cached.embeddings[1])


def test_the_key_is_of_the_content(paths: list[Path]) -> None:
    before = content_key(paths[0])
    assert content_key(shutil.copy(paths[0], paths[0].parent / "copy.jpg")) == before
    paths[0].write_bytes(paths[0].read_bytes() + b"x")
    assert content_key(paths[0]) != before
    with pytest.raises(FileNotFoundError):
        content_key(paths[0].parent / "absent")


def test_a_full_disk_leaves_no_half_shard(target: Target, paths: list[Path], tmp_path: Path) -> None:
    full = OSError(28, "No space left on device")
    with (
        mock.patch.object(map_cache.np, "save", side_effect=full),
        pytest.raises(StorageError, match="No space"),
    ):
        MapCache(tmp_path / "cache", target).fill(paths)
    left = [path.name for path in (tmp_path / "cache").glob("maps-*/*")]
    assert left == ["shelf.json"]  # whose cache it is
    assert len(MapCache(tmp_path / "cache", target).fill(paths)) == 7


def test_progress_counts_every_image(target: Target, paths: list[Path], tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    with mock.patch.object(map_cache, "BATCH_IMAGES", 3):
        MapCache(tmp_path / "cache", target).fill(
            paths, progress=lambda done, total: seen.append((done, total))
        )
    assert seen == [(3, 7), (6, 7), (7, 7), (7, 7)]


def test_released_maps_can_be_read_again(target: Target, paths: list[Path], tmp_path: Path) -> None:
    cached = MapCache(tmp_path / "cache", target).fill(paths)
    before = cached.gather(np.arange(7), "last")
    cached.release()
    assert torch.equal(cached.gather(np.arange(7), "last"), before)
