from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from attrimeter.errors import CheckpointError, SettingsError, StorageError
from attrimeter.targets import PROFILES, open_target
from attrimeter.targets.checkpoints import converting
from attrimeter.targets.checkpoints.converting import convert_checkpoint
from targets.checkpoints.test_inspecting import osnet_tensors


@pytest.fixture
def old(tmp_path: Path) -> Path:
    torch.save({"state_dict": osnet_tensors(), "epoch": 3}, tmp_path / "old.pth")
    return tmp_path / "old.pth"


@pytest.mark.parametrize("metric", [None, "cosine"])
def test_the_new_file_is_the_same_target_and_needs_no_option(
    old: Path, tmp_path: Path, metric: str | None
) -> None:
    new = tmp_path / "deep" / "new.safetensors"
    done = convert_checkpoint(old, new, metric=metric)
    expected, opened = open_target(old, metric=metric), open_target(new)
    assert opened.fingerprint == expected.fingerprint == done.fingerprint
    assert (opened.profile, opened.metric) == (PROFILES["osnet_x0_25"], metric or "euclidean")
    assert (done.profile, done.metric) == ("osnet_x0_25", metric or "euclidean")
    assert (done.kind, done.wrapper, done.left_out) == ("torch", "state_dict", ("classifier.weight",))
    assert done.size == new.stat().st_size
    with safe_open(new, framework="pt") as stored:
        assert len(list(stored.keys())) == done.tensors


def test_a_converted_file_converts_to_itself(old: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    convert_checkpoint(old, first)
    done = convert_checkpoint(first, second)
    assert (done.kind, done.left_out) == ("safetensors", ())
    assert first.read_bytes() == second.read_bytes()


def test_the_old_file_is_never_written_to(old: Path, tmp_path: Path) -> None:
    new = tmp_path / "a.safetensors"
    convert_checkpoint(old, new)
    links = {"same": new, "soft": tmp_path / "soft.safetensors", "hard": tmp_path / "hard.safetensors"}
    links["soft"].symlink_to(new)
    links["hard"].hardlink_to(new)
    before = new.read_bytes()
    for other in (*links.values(), tmp_path / "deep" / ".." / "a.safetensors"):
        (tmp_path / "deep").mkdir(exist_ok=True)
        with pytest.raises(SettingsError, match="is the file to be converted"):
            convert_checkpoint(new, other, metric="cosine")
    assert new.read_bytes() == before


@pytest.mark.parametrize("name", ["new", "new.pth", "safetensors", "new.safetensors.bak"])
def test_another_ending_is_refused(old: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=r"must end in \.safetensors"):
        convert_checkpoint(old, tmp_path / name)
    assert not (tmp_path / name).exists()


def test_the_profile_can_be_named(old: Path, tmp_path: Path) -> None:
    assert convert_checkpoint(old, tmp_path / "a.safetensors", profile="osnet_x0_25").profile == "osnet_x0_25"
    with pytest.raises(CheckpointError, match="not a checkpoint of osnet_x0_5"):
        convert_checkpoint(old, tmp_path / "b.safetensors", profile="osnet_x0_5")
    assert not (tmp_path / "b.safetensors").exists()


def test_a_file_that_opens_to_another_target_is_removed(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = converting.save_target

    def save_another(path: Path, target: object) -> None:
        save(path, open_target(old, metric="cosine"))

    monkeypatch.setattr(converting, "save_target", save_another)
    with pytest.raises(CheckpointError, match="did not open to the same target"):
        convert_checkpoint(old, tmp_path / "new.safetensors")
    assert not (tmp_path / "new.safetensors").exists()


@pytest.mark.parametrize("name", ["", ".", "..", "/", "-"])
def test_a_name_that_is_none_is_refused(tiny_target_file: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=r"must end in \.safetensors; (call it|give a name such as) "):
        convert_checkpoint(tiny_target_file, name)


def test_what_is_no_plain_file_is_refused_and_stays(tiny_target_file: Path, tmp_path: Path) -> None:
    """The new file is opened again, which a device or a pipe is not."""
    pipe, folder = tmp_path / "pipe.safetensors", tmp_path / "folder.safetensors"
    os.mkfifo(pipe)
    folder.mkdir()
    with pytest.raises(SettingsError, match="is no plain file"):
        convert_checkpoint(tiny_target_file, pipe)
    with pytest.raises(StorageError, match="it is a folder"):
        convert_checkpoint(tiny_target_file, folder)
    assert pipe.is_fifo() and folder.is_dir()
