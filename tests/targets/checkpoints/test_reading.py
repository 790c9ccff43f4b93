from __future__ import annotations

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from attrimeter.errors import CheckpointError
from attrimeter.targets.checkpoints.reading import read_checkpoint

WEIGHTS = {"conv.weight": torch.arange(6.0).view(2, 3), "conv.bias": torch.ones(2)}


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


def test_safetensors_with_metadata(tmp_path: Path) -> None:
    save_file(WEIGHTS, tmp_path / "w.safetensors", metadata={"hello": "world"})
    checkpoint = read_checkpoint(tmp_path / "w.safetensors")
    assert same(checkpoint.tensors)
    assert checkpoint.metadata == {"hello": "world"}


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"none\.pth cannot be read: No such file"):
        read_checkpoint(tmp_path / "none.pth")
    with pytest.raises(CheckpointError, match="is a folder"):
        read_checkpoint(tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "an empty file"),
        (b"hello", "a file of another kind"),
        (b"\x00" * 64, "a file of another kind"),
        (b"\n<html>not found</html>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:77", r"a Git LFS pointer \(git lfs pull"),
    ],
)
def test_other_files_are_no_checkpoints(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "w.pth").write_bytes(content)
    with pytest.raises(CheckpointError, match=f"is not a checkpoint but {said}"):
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


@pytest.mark.parametrize(
    "content", [{}, [1, 2], {"state_dict": {}}, {"a": 1}, {1: torch.ones(1)}, torch.ones(3)]
)
def test_files_without_weights_are_refused(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "w.pth")
    with pytest.raises(CheckpointError, match="holds no weights"):
        read_checkpoint(tmp_path / "w.pth")


def test_what_lies_beside_the_weights_is_told(tmp_path: Path) -> None:
    beside = {
        "epoch": 60,
        "rank1": np.float64(0.5),
        "optimizer": {"lr": 1, "state": {}},
        "note": "a\nb",
        7: None,
    }
    content = {"state_dict": {f"module.{name}": tensor for name, tensor in WEIGHTS.items()}, **beside}
    torch.save(content, tmp_path / "w.pth")
    checkpoint = read_checkpoint(tmp_path / "w.pth")
    assert same(checkpoint.tensors)
    assert (checkpoint.kind, checkpoint.wrapper, checkpoint.prefix) == ("torch", "state_dict", "module.")
    assert checkpoint.extra == {
        "epoch": "60",
        "rank1": "0.5",
        "optimizer": "a dictionary of 2 entries",
        "note": "a\\nb",
        "7": "None",
    }


def test_a_bare_dictionary_has_no_wrapper(tmp_path: Path) -> None:
    torch.save(WEIGHTS, tmp_path / "w.pth")
    save_file(WEIGHTS, tmp_path / "w.safetensors")
    bare, other = (read_checkpoint(tmp_path / name) for name in ("w.pth", "w.safetensors"))
    assert (bare.kind, bare.wrapper, bare.prefix, bare.extra) == ("torch", "", "", {})
    assert (other.kind, other.wrapper, other.prefix, other.extra) == ("safetensors", "", "", {})


def test_the_only_entry_of_weights_is_found_under_any_name(tmp_path: Path) -> None:
    torch.save({"net": WEIGHTS, "epoch": 3}, tmp_path / "w.pth")
    checkpoint = read_checkpoint(tmp_path / "w.pth")
    assert same(checkpoint.tensors) and checkpoint.wrapper == "net"


def test_of_two_models_none_is_guessed(tmp_path: Path) -> None:
    torch.save({"student": WEIGHTS, "teacher": WEIGHTS}, tmp_path / "w.pth")
    with pytest.raises(CheckpointError, match=r"weights of 2 models \(student, teacher\)"):
        read_checkpoint(tmp_path / "w.pth")


def test_module_is_dropped_from_all_names_or_from_none(tmp_path: Path) -> None:
    """So that no two names can become one."""
    weights = {"module.a": torch.zeros(1), "a": torch.ones(1)}
    torch.save(weights, tmp_path / "w.pth")
    assert read_checkpoint(tmp_path / "w.pth").tensors.keys() == weights.keys()


def test_parameters_become_plain_tensors(tmp_path: Path) -> None:
    torch.save({"a": nn.Parameter(torch.ones(2))}, tmp_path / "w.pth")
    (tensor,) = read_checkpoint(tmp_path / "w.pth").tensors.values()
    assert type(tensor) is torch.Tensor and not tensor.requires_grad
