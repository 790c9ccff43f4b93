"""A stand-in with the interface of onnxruntime's sessions computes what a module does."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from attrimeter.errors import CheckpointError
from attrimeter.targets.adapters.onnx import from_onnx
from targets.own_modules import GRID, SIZE, SmallNet, filled, images, own_embedding

MODULE = filled(SmallNet())


class Session:
    """As ``onnxruntime.InferenceSession``; cannot be copied, like that."""

    batch: int | str = "n"

    def __init__(self, path: str, providers: list[str]) -> None:
        assert Path(path).is_file() and providers == ["CPUExecutionProvider"]

    def __deepcopy__(self, memo: Any) -> Session:
        raise TypeError("cannot be copied")

    def get_inputs(self) -> list[Any]:
        return [SimpleNamespace(name="images", shape=[self.batch, 3, *SIZE])]

    def get_outputs(self) -> list[Any]:
        return [SimpleNamespace(name="scores"), SimpleNamespace(name="features")]

    def run(self, names: list[str], inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
        given = inputs["images"]
        assert given.dtype == np.float32 and (self.batch == "n" or len(given) == self.batch)
        assert names == ["features"]
        return [own_embedding(MODULE, torch.from_numpy(given)).numpy()]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    runtime = ModuleType("onnxruntime")
    runtime.InferenceSession = Session  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "onnxruntime", runtime)
    (tmp_path / "net.onnx").write_bytes(b"weights")
    return tmp_path / "net.onnx"


@pytest.mark.parametrize("batch", ["n", 2])
@pytest.mark.parametrize("output", [1, "features"])
def test_it_gives_the_files_embedding_for_any_number_of_images(
    file: Path, monkeypatch: pytest.MonkeyPatch, batch: int | str, output: int | str
) -> None:
    monkeypatch.setattr(Session, "batch", batch)
    target = from_onnx(file, output=output, grid=GRID)
    assert target.profile.name == "net" and target.profile.image_size == SIZE and not target.is_exact
    last = target.read_maps(images()).last
    torch.testing.assert_close(target.head.embed(last), own_embedding(MODULE, images()))


def test_only_the_distilled_form_asks_for_gradients_and_is_told(file: Path) -> None:
    target = from_onnx(file, output=1, grid=GRID)
    last, masks = target.read_maps(images()).last, torch.rand(5, 2, *GRID, requires_grad=True)
    assert target.head.split(last, masks).parts.shape == (5, 2, 6)
    with pytest.raises(CheckpointError, match="fit the counterfactual form"):
        target.head.embed_masked(last, masks)


def test_the_fingerprint_is_that_of_the_file(file: Path) -> None:
    first, again = (from_onnx(file, output=1, grid=GRID).fingerprint for _ in range(2))
    file.write_bytes(b"other weights")
    assert first == again != from_onnx(file, output=1, grid=GRID).fingerprint


def test_what_is_wrong_is_told(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        CheckpointError, match=r"absent.onnx cannot be run as an ONNX model.*FileNotFoundError"
    ):
        from_onnx(file.with_name("absent.onnx"))
    with pytest.raises(CheckpointError, match=r"no output 'embedding' but scores, features"):
        from_onnx(file, output="embedding")
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(CheckpointError, match="pip install onnxruntime"):
        from_onnx(file)
