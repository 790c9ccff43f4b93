"""Shards of rendered families: the same whoever renders them, and rendered again when damaged."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from attrimeter.caching import edit_renders
from attrimeter.caching.edit_renders import TRAINING_STREAM, EditRenders, RenderedShard
from attrimeter.errors import SettingsError
from attrimeter.synthesis.edit_families import RenderedFamily, render_family


def same(one: RenderedShard, other: RenderedShard) -> bool:
    names = [field.name for field in fields(RenderedShard)]
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


def test_a_shard_is_its_families_one_after_the_other(tmp_path: Path) -> None:
    shard = EditRenders(tmp_path, seed=4, families=3).open(2)
    row = 0
    for number in range(3):
        sequence = np.random.SeedSequence([TRAINING_STREAM, 4, 2], spawn_key=(number,))
        family = render_family(np.random.Generator(np.random.PCG64(sequence)))
        rows = slice(row, row + len(family.roles))
        for name in ("images", "masks", "labels", "roles"):
            np.testing.assert_array_equal(getattr(shard, name)[rows], getattr(family, name))
        assert set(shard.families[rows].tolist()) == {number}
        np.testing.assert_array_equal(shard.differs[number], family.differs)
        row = rows.stop
    assert row == len(shard.roles) and len(shard.differs) == 3


def test_another_look_has_a_folder_and_pictures_of_its_own(tmp_path: Path) -> None:
    plain, night = EditRenders(tmp_path, families=1), EditRenders(tmp_path, families=1, scene="night")
    assert night.shelf.folder != plain.shelf.folder and night.shelf.name.endswith("-0-1-night")
    sequence = np.random.SeedSequence([TRAINING_STREAM, 0, 0], spawn_key=(0,))
    family = render_family(np.random.Generator(np.random.PCG64(sequence)), scene="night")
    np.testing.assert_array_equal(night.open(0).images, family.images)


@pytest.mark.parametrize("workers", [1, 2])
def test_shards_are_the_same_whoever_renders_them(tmp_path: Path, workers: int) -> None:
    filled = EditRenders(tmp_path / "filled", families=1)
    told: list[tuple[int, int]] = []
    there = []
    for index in filled.fill(3, workers=workers, progress=lambda *done: told.append(done)):
        there.append((index, filled.path(index).is_file()))
    assert there == [(0, True), (1, True), (2, True)] and told == [(1, 3), (2, 3), (3, 3)]
    alone = EditRenders(tmp_path / "alone", families=1)
    assert same(filled.open(2), alone.open(2)) and not alone.path(0).exists()
    assert not same(filled.open(2), filled.open(1))


def test_what_is_there_is_read_and_not_rendered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    renders = EditRenders(tmp_path, families=1)
    first = renders.open(0)
    monkeypatch.setattr(edit_renders, "render_family", None)
    assert same(first, EditRenders(tmp_path, families=1).open(0))
    assert list(renders.fill(1)) == [0]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def flip(path: Path) -> None:
    """Garble the compressed images in the middle of the file."""
    data = bytearray(path.read_bytes())
    middle = len(data) // 3
    data[middle : middle + 64] = bytes(64)
    path.write_bytes(bytes(data))


def replace_with_another_archive(path: Path) -> None:
    with path.open("wb") as stream:
        np.savez(stream, images=np.zeros(3))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "cut": cut,
    "garbled": flip,
    "text": lambda path: path.write_text("no archive"),
    "lacks arrays": replace_with_another_archive,
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
    "a link to a device": lambda path: (path.unlink(), path.symlink_to("/dev/zero")),
    "a link to nowhere": lambda path: (path.unlink(), path.symlink_to(path.with_name("gone"))),
}


@pytest.mark.parametrize("damage", sorted(DAMAGES))
@pytest.mark.parametrize("filled", [False, True])
def test_a_damaged_file_is_rendered_again(tmp_path: Path, damage: str, filled: bool) -> None:
    renders = EditRenders(tmp_path, families=1)
    whole = renders.open(0)
    DAMAGES[damage](renders.path(0))
    if filled:
        assert list(renders.fill(1, workers=1)) == [0]
    assert same(renders.open(0), whole)
    with np.load(renders.path(0)) as stored:
        np.testing.assert_array_equal(stored["images"], whole.images)


def test_breaking_off_leaves_what_was_rendered(tmp_path: Path) -> None:
    renders = EditRenders(tmp_path, families=1)
    for _ in renders.fill(5, workers=1):
        break
    assert sorted(path.name for path in renders.shelf.folder.iterdir()) == ["entry-00000.npz", "shelf.json"]


def test_each_choice_has_a_folder_of_its_own(tmp_path: Path) -> None:
    choices = [{}, {"seed": 1}, {"families": 2}, {"mark": True}, {"scene": "night"}]
    folders = {EditRenders(tmp_path, **choice).shelf.folder for choice in choices}  # type: ignore[arg-type]
    assert len(folders) == 5 and {folder.parent for folder in folders} == {tmp_path}


def test_a_changed_renderer_has_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = EditRenders(tmp_path).shelf.folder
    monkeypatch.setattr(edit_renders, "renderer_fingerprint", lambda scene: "0" * 64)
    assert EditRenders(tmp_path).shelf.folder != before


def test_marked_families_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def render(rng: np.random.Generator, *, mark: bool, scene: str) -> RenderedFamily:
        asked.append(mark)
        return render_family(rng, mark=mark, scene=scene)

    monkeypatch.setattr(edit_renders, "render_family", render)
    for mark in (False, True):
        EditRenders(tmp_path, families=1, mark=mark).open(0)
    assert asked == [False, True]


@pytest.mark.parametrize("wrong", [{"seed": -1}, {"seed": 2**63}, {"families": 0}])
def test_settings_that_cannot_be_are_told(tmp_path: Path, wrong: dict[str, int]) -> None:
    with pytest.raises(SettingsError, match="seed must be|one family or more"):
        EditRenders(tmp_path, **wrong)  # type: ignore[arg-type]
