"""Checkpoints: back as they went, never of another run, never unpickled code."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest
import torch

from attrimeter.errors import SettingsError
from attrimeter.fitting.checkpoint import read_checkpoint, write_checkpoint

IDENTITY = {"settings": {"epochs": 3}, "target": "abc"}


def test_a_state_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    write_checkpoint(path, identity=IDENTITY, state={"epoch": 2, "network": {"w": torch.arange(3.0)}})
    state = read_checkpoint(path, identity=IDENTITY)
    assert state["epoch"] == 2 and torch.equal(state["network"]["w"], torch.arange(3.0))


def test_another_run_is_refused_by_what_differs(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    write_checkpoint(path, identity=IDENTITY, state={"epoch": 2})
    with pytest.raises(SettingsError, match="its settings differ"):
        read_checkpoint(path, identity={**IDENTITY, "settings": {"epochs": 4}})


class Payload:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


def test_code_in_a_checkpoint_never_runs(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    torch.save({"identity": "{}", "state": Payload(tmp_path / "harm")}, path)
    with pytest.raises(SettingsError, match="damaged"):
        read_checkpoint(path, identity={})
    path.write_bytes(pickle.dumps(Payload(tmp_path / "harm")))
    with pytest.raises(SettingsError, match="damaged"):
        read_checkpoint(path, identity={})
    assert not (tmp_path / "harm").exists()


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"PK\x03\x04broken"])
def test_a_damaged_file_is_told_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "checkpoint.pt"
    with pytest.raises(SettingsError, match="no checkpoint"):
        read_checkpoint(path, identity=IDENTITY)
    path.write_bytes(content)
    with pytest.raises(SettingsError, match="damaged"):
        read_checkpoint(path, identity=IDENTITY)
