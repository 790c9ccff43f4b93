from __future__ import annotations

import io
import os
import pickle
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from attrimeter.errors import CheckpointError
from attrimeter.targets.checkpoints import read_checkpoint

WEIGHTS = {"conv.weight": torch.arange(6.0).view(2, 3), "conv.bias": torch.ones(2)}


class Payload:
    """Would make a folder if it were ever unpickled."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, (str(self.place),)


def same(tensors: dict[str, torch.Tensor]) -> bool:
    return tensors.keys() == WEIGHTS.keys() and all(torch.equal(tensors[k], WEIGHTS[k]) for k in WEIGHTS)


@pytest.mark.parametrize("new_format", [True, False])
@pytest.mark.parametrize("wrapper", [None, "state_dict", "model"])
@pytest.mark.parametrize("prefix", ["", "module."])
def test_torch_files(tmp_path: Path, new_format: bool, wrapper: str | None, prefix: str) -> None:
    weights = {prefix + name: tensor for name, tensor in WEIGHTS.items()}
    content = weights if wrapper is None else {wrapper: weights, "epoch": 60}
    torch.save(content, tmp_path / "w.pth", _use_new_zipfile_serialization=new_format)
    assert same(read_checkpoint(tmp_path / "w.pth").tensors)


@pytest.mark.parametrize("number", [np.float64(0.91), np.float32(0.91), np.int64(3), np.bool_(True)])
def test_numpy_numbers_beside_the_weights(tmp_path: Path, number: np.generic) -> None:
    content = {"state_dict": WEIGHTS, "rank1": number}
    torch.save(content, tmp_path / "w.pth")
    assert same(read_checkpoint(tmp_path / "w.pth").tensors)


def test_numbers_of_an_older_numpy(tmp_path: Path) -> None:
    torch.save({"state_dict": WEIGHTS, "rank1": np.float64(0.91)}, tmp_path / "new.pth")
    old = rewrite_pickle(tmp_path / "new.pth", b"numpy._core.multiarray", b"numpy.core.multiarray")
    assert same(read_checkpoint(old).tensors)


def test_safetensors_with_metadata(tmp_path: Path) -> None:
    save_file(WEIGHTS, tmp_path / "w.safetensors", metadata={"hello": "world"})
    checkpoint = read_checkpoint(tmp_path / "w.safetensors")
    assert same(checkpoint.tensors)
    assert checkpoint.metadata == {"hello": "world"}


@pytest.mark.parametrize("new_format", [True, False])
def test_a_pickled_payload_never_runs(tmp_path: Path, new_format: bool) -> None:
    content = {"state_dict": WEIGHTS, "extra": Payload(tmp_path / "touched")}
    torch.save(content, tmp_path / "evil.pth", _use_new_zipfile_serialization=new_format)
    with pytest.raises(CheckpointError, match="holds Python objects"):
        read_checkpoint(tmp_path / "evil.pth")
    assert not (tmp_path / "touched").exists()


@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_a_bare_pickle_never_runs(tmp_path: Path, protocol: int) -> None:
    (tmp_path / "evil.pth").write_bytes(pickle.dumps(Payload(tmp_path / "touched"), protocol=protocol))
    with pytest.raises(CheckpointError):
        read_checkpoint(tmp_path / "evil.pth")
    assert not (tmp_path / "touched").exists()


def test_a_whole_model_is_refused_with_the_way_out(tmp_path: Path) -> None:
    torch.save(nn.Sequential(nn.Linear(2, 2)), tmp_path / "model.pth")
    with pytest.raises(CheckpointError, match=r"model\.state_dict\(\)"):
        read_checkpoint(tmp_path / "model.pth")


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"none\.pth cannot be read: No such file"):
        read_checkpoint(tmp_path / "none.pth")
    with pytest.raises(CheckpointError, match="is a folder"):
        read_checkpoint(tmp_path)


@pytest.mark.parametrize("content", [b"", b"hello", b"<html>not found</html>", b"\x00" * 64])
def test_other_files_are_no_checkpoints(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "w.pth").write_bytes(content)
    with pytest.raises(CheckpointError, match="is not a checkpoint"):
        read_checkpoint(tmp_path / "w.pth")


def test_a_tar_file_is_no_checkpoint(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "w.pth", "w") as archive:
        archive.addfile(tarfile.TarInfo("pickle"), io.BytesIO())
    with pytest.raises(CheckpointError, match="is not a checkpoint"):
        read_checkpoint(tmp_path / "w.pth")


@pytest.mark.parametrize("kind", ["zip", "legacy", "safetensors"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_truncated_files_are_damaged(tmp_path: Path, kind: str, share: float) -> None:
    weights = {"weight": torch.randn(64, 64)}
    place = tmp_path / "w"
    if kind == "safetensors":
        save_file(weights, place)
    else:
        torch.save(weights, place, _use_new_zipfile_serialization=kind == "zip")
    whole = place.read_bytes()
    place.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(CheckpointError, match="damaged"):
        read_checkpoint(place)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_compiled_models_are_refused(tmp_path: Path) -> None:
    torch.jit.save(torch.jit.script(nn.Linear(2, 2)), tmp_path / "script.pt")
    with pytest.raises(CheckpointError, match="TorchScript"):
        read_checkpoint(tmp_path / "script.pt")


@pytest.mark.parametrize(
    "content", [{}, [1, 2], {"state_dict": {}}, {"a": 1}, {1: torch.ones(1)}, torch.ones(3)]
)
def test_files_without_weights_are_refused(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "w.pth")
    with pytest.raises(CheckpointError, match="holds no weights"):
        read_checkpoint(tmp_path / "w.pth")


def rewrite_pickle(place: Path, old: bytes, new: bytes) -> Path:
    """A copy of a torch file whose pickle names ``new`` instead of ``old``."""
    import zipfile

    copy = place.with_name("rewritten.pth")
    with zipfile.ZipFile(place) as source, zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as sink:
        for member in source.namelist():
            data = source.read(member)
            if member.endswith("data.pkl"):
                assert b"c" + old + b"\n" in data
                data = data.replace(b"c" + old + b"\n", b"c" + new + b"\n")
            sink.writestr(member, data)
    return copy
