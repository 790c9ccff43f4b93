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


STATE = {"epoch": 2, "network": {"w": torch.arange(3.0)}, "history": [{"epoch": 1.0}], "best": None}


@pytest.mark.parametrize(
    "change",
    [
        {"epoch": 3},
        {"epoch": 2.0},
        {"network": {"w": torch.tensor([0.0, 1.0, 2.0000002])}},
        {"network": {"w": torch.arange(3)}},
        {"network": {"v": torch.arange(3.0)}},
        {"history": [{"epoch": 1.0}, {"epoch": 1.0}]},
        {"best": float("nan")},
        {"more": 1},
    ],
    ids=str,
)
def test_a_state_that_was_changed_is_not_believed(tmp_path: Path, change: dict[str, object]) -> None:
    path = tmp_path / "checkpoint.pt"
    write_checkpoint(path, identity=IDENTITY, state=STATE)
    stored = torch.load(path, weights_only=True)
    torch.save({**stored, "state": {**stored["state"], **change}}, path)
    with pytest.raises(SettingsError, match="is damaged; start the run without --resume"):
        read_checkpoint(path, identity=IDENTITY)


def test_a_checkpoint_from_before_there_were_seals_is_read(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    write_checkpoint(path, identity=IDENTITY, state=STATE)
    stored = torch.load(path, weights_only=True)
    assert stored.pop("seal")
    torch.save(stored, path)
    assert read_checkpoint(path, identity=IDENTITY)["epoch"] == 2


@pytest.mark.parametrize(
    "stored",
    [
        [1, 2],
        {"identity": "[]", "state": {}},
        {"identity": "[" * 100_000, "state": {}},
        {"identity": 3, "state": {}},
        {"identity": "{}", "state": "state"},
        {"state": {}},
        torch.zeros(3),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_no_checkpoint_is_told_in_words(tmp_path: Path, stored: object) -> None:
    torch.save(stored, tmp_path / "checkpoint.pt")
    with pytest.raises(SettingsError, match="is damaged") as caught:
        read_checkpoint(tmp_path / "checkpoint.pt", identity=IDENTITY)
    assert len(str(caught.value)) < 600


def test_names_out_of_a_file_do_not_swell_the_message(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    write_checkpoint(path, identity={f"{n}" * 3000: n for n in range(100)}, state=STATE)
    with pytest.raises(SettingsError, match="is of another run") as caught:
        read_checkpoint(path, identity=IDENTITY)
    assert len(str(caught.value)) < 600
