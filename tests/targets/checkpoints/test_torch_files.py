from __future__ import annotations

import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from attrimeter.errors import CheckpointError
from attrimeter.targets.checkpoints import torch_files
from attrimeter.targets.checkpoints.torch_files import read_torch_file
from targets.hostile_files import WEIGHTS, Call, Payload, write_zip

KINDS = (np.float16, np.float32, np.float64, np.int8, np.int16, np.int32, np.int64, np.uint8, np.bool_)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("order", ["<", ">"])
def test_numpy_numbers_become_plain_ones(tmp_path: Path, kind: Any, order: str) -> None:
    number = np.array([1.5 if issubclass(kind, np.floating) else 1]).astype(
        np.dtype(kind).newbyteorder(order)
    )[0]
    torch.save({"state_dict": WEIGHTS, "rank1": number}, tmp_path / "w.pth")
    read = read_torch_file(tmp_path / "w.pth")["rank1"]
    assert read == number and type(read) in (float, int, bool)


def test_a_number_in_the_other_byte_order(tmp_path: Path) -> None:
    scalar = np.float64(0).__reduce__()[0]
    kind = Call(np.dtype, "f8", False, True, state=(3, ">", None, None, None, -1, -1, 0))
    torch.save({"rank1": Call(scalar, kind, np.array(0.75, ">f8").tobytes())}, tmp_path / "w.pth")
    assert read_torch_file(tmp_path / "w.pth")["rank1"] == 0.75


def test_numbers_of_an_older_numpy(tmp_path: Path) -> None:
    torch.save({"rank1": np.float64(0.91)}, tmp_path / "new.pth")
    old = rewrite_pickle(tmp_path / "new.pth", b"numpy._core.multiarray", b"numpy.core.multiarray")
    assert read_torch_file(old)["rank1"] == 0.91


@pytest.mark.parametrize("code", ["O", "V8", "S4", "U4", "f16", "M8", ["f8"]])
@pytest.mark.parametrize("data", [b"", bytes(4), bytes(8), "text", None])
def test_nothing_but_numbers_is_made_of_numpy(tmp_path: Path, code: Any, data: Any) -> None:
    scalar = np.float64(0).__reduce__()[0]
    torch.save({"rank1": Call(scalar, Call(np.dtype, code, False, True), data)}, tmp_path / "w.pth")
    with pytest.raises(CheckpointError):
        read_torch_file(tmp_path / "w.pth")


@pytest.mark.parametrize("data", [bytes(4), bytes(9), bytes(16), None, 3])
def test_a_number_of_another_length_is_damaged(tmp_path: Path, data: Any) -> None:
    scalar = np.float64(0).__reduce__()[0]
    torch.save({"rank1": Call(scalar, Call(np.dtype, "f8", False, True), data)}, tmp_path / "w.pth")
    with pytest.raises(CheckpointError, match="damaged"):
        read_torch_file(tmp_path / "w.pth")


def test_reading_leaves_nothing_allowed(tmp_path: Path) -> None:
    before = set(torch.serialization.get_safe_globals())
    torch.save({"rank1": np.float64(0.91)}, tmp_path / "w.pth")
    read_torch_file(tmp_path / "w.pth")
    assert set(torch.serialization.get_safe_globals()) == before


def test_a_zip_file_is_mapped_not_read(tmp_path: Path) -> None:
    """The storage of a tensor may not be resized: it is a part of the file."""
    torch.save(WEIGHTS, tmp_path / "w.pth")
    storage = read_torch_file(tmp_path / "w.pth")["conv.weight"].untyped_storage()
    assert not storage.resizable()


@pytest.mark.parametrize("is_zip", [True, False])
def test_objects_are_named_with_the_way_out(tmp_path: Path, is_zip: bool) -> None:
    place = tmp_path / "model.pth"
    torch.save(nn.Sequential(nn.Linear(2, 2)), place, _use_new_zipfile_serialization=is_zip)
    with pytest.raises(CheckpointError, match=r"\(torch\.nn\.modules\.container\.Sequential\)") as caught:
        read_torch_file(place)
    recipe = str(caught.value).partition("give weights.pth: ")[2].partition(" (model[")[0]
    assert recipe == (
        f"model = torch.load('{place}', weights_only=False); torch.save(model.state_dict(), 'weights.pth')"
    )


def test_the_way_out_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The recipe of the message, run where the file is trusted."""
    monkeypatch.chdir(tmp_path)
    model = nn.Linear(2, 3)
    torch.save(model, "model.pth")
    with pytest.raises(CheckpointError) as caught:
        read_torch_file(Path("model.pth"))
    exec(str(caught.value).partition("give weights.pth: ")[2].partition(" (model[")[0], {"torch": torch})
    assert torch.equal(read_torch_file(Path("weights.pth"))["weight"], model.weight)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_bare_pickle_never_runs(tmp_path: Path, protocol: int) -> None:
    (tmp_path / "a.pth").write_bytes(pickle.dumps(Payload(tmp_path / "harm"), protocol=protocol))
    with pytest.raises(CheckpointError):
        read_torch_file(tmp_path / "a.pth")
    assert not (tmp_path / "harm").exists()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_compiled_models_are_refused_with_the_way_out(tmp_path: Path) -> None:
    torch.jit.save(torch.jit.script(nn.Linear(2, 2)), tmp_path / "script.pt")
    with pytest.raises(CheckpointError, match=r"TorchScript.*torch\.jit\.load\('.*script\.pt'\)\.state_dict"):
        read_torch_file(tmp_path / "script.pt")


def test_a_compressed_archive_is_not_unfolded(tmp_path: Path) -> None:
    write_zip(tmp_path / "w.pth", {"a": 1}, compression=zipfile.ZIP_DEFLATED)
    with pytest.raises(CheckpointError, match="is a compressed archive"):
        read_torch_file(tmp_path / "w.pth")


def test_another_archive_is_no_torch_file(tmp_path: Path) -> None:
    np.savez(tmp_path / "w.npz", a=np.ones(3))
    with pytest.raises(CheckpointError, match=r"has no data\.pkl"):
        read_torch_file(tmp_path / "w.npz")


def test_a_huge_index_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.save(WEIGHTS, tmp_path / "w.pth")
    monkeypatch.setattr(torch_files, "_LARGEST_INDEX", 100)
    with pytest.raises(CheckpointError, match="lists its tensors in [0-9]+ bytes"):
        read_torch_file(tmp_path / "w.pth")


def test_a_huge_old_file_which_cannot_be_mapped_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.save(WEIGHTS, tmp_path / "w.pth", _use_new_zipfile_serialization=False)
    assert read_torch_file(tmp_path / "w.pth").keys() == WEIGHTS.keys()
    monkeypatch.setattr(torch_files, "_LARGEST_UNMAPPED", 100)
    with pytest.raises(CheckpointError, match=r"before PyTorch 1\.6"):
        read_torch_file(tmp_path / "w.pth")


def rewrite_pickle(place: Path, old: bytes, new: bytes) -> Path:
    """A copy of a torch file whose pickle names ``new`` instead of ``old``."""
    copy = place.with_name("rewritten.pth")
    with zipfile.ZipFile(place) as source, zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as sink:
        for member in source.namelist():
            data = source.read(member)
            if member.endswith("data.pkl"):
                assert b"c" + old + b"\n" in data
                data = data.replace(b"c" + old + b"\n", b"c" + new + b"\n")
            sink.writestr(member, data)
    return copy
