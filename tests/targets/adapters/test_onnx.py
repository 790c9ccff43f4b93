"""Files that onnxruntime runs, and a stand-in with the interface of its sessions."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from attrimeter.errors import CheckpointError, LedgerError, SettingsError
from attrimeter.interpreter import InterpreterSettings, build_interpreter
from attrimeter.schemas import SCHEMAS
from attrimeter.targets.adapters.onnx import external_files, from_onnx
from targets.adapters.onnx_files import weights, write_onnx
from targets.own_modules import GRID, SIZE, SmallNet, filled, images, own_embedding

MODULE = filled(SmallNet())


class Session:
    """As ``onnxruntime.InferenceSession``; cannot be copied, like that."""

    batch: int | str = "n"

    def __init__(self, path: str, sess_options: Any, providers: list[str]) -> None:
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
    runtime.SessionOptions = SimpleNamespace  # type: ignore[attr-defined]
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
    with pytest.raises(CheckpointError, match=r"pip install 'attrimeter\[onnx\]'"):
        from_onnx(file)


def reference(inputs: torch.Tensor, seed: int = 0) -> torch.Tensor:
    """What the network of :mod:`onnx_files` computes."""
    w = {name: torch.from_numpy(value) for name, value in weights(seed).items()}
    convolved = functional.conv2d(inputs, w["kernel"], stride=8)
    normed = functional.batch_norm(convolved, w["mean"], w["variance"], w["scale"], w["shift"])
    return normed.relu().mean(dim=(2, 3))


@pytest.mark.parametrize("external", [False, True])
@pytest.mark.parametrize("batch", ["n", 2])
def test_a_real_file_gives_its_own_embeddings(tmp_path: Path, external: bool, batch: int | str) -> None:
    target = from_onnx(write_onnx(tmp_path / "net.onnx", external=external, batch=batch), grid=GRID)
    found = target.head.embed(target.read_maps(images()).last)
    torch.testing.assert_close(found, reference(images()), rtol=1e-4, atol=1e-5)


def test_the_fingerprint_covers_weights_that_lie_beside_the_file(tmp_path: Path) -> None:
    """The graph of both is the same to the byte."""
    places = [tmp_path / "a" / "net.onnx", tmp_path / "b" / "net.onnx"]
    targets = []
    for seed, place in enumerate(places):
        place.parent.mkdir()
        targets.append(from_onnx(write_onnx(place, seed=seed, external=True), grid=GRID))
    assert places[0].read_bytes() == places[1].read_bytes()
    assert external_files(places[0].read_bytes()) == ["net.onnx.data"]
    first, second = targets
    assert not torch.allclose(*(t.head.embed(t.read_maps(images()).last) for t in targets), rtol=0.1)
    assert first.fingerprint != second.fingerprint
    assert from_onnx(places[0], grid=GRID).fingerprint == first.fingerprint
    places[0].with_name("net.onnx.data").unlink()
    with pytest.raises(CheckpointError, match=r"net.onnx cannot be run as an ONNX model"):
        from_onnx(places[0], grid=GRID)


def test_everything_that_decides_the_embedding_is_in_the_fingerprint(tmp_path: Path) -> None:
    path = write_onnx(tmp_path / "net.onnx")
    made = [
        from_onnx(path, grid=GRID, **how).fingerprint
        for how in ({}, {"output": "features"}, {"output": 1}, {"output": "doubled"}, {"channels": "bgr"})
    ]
    assert made[0] == made[1] and made[2] == made[3] and len(set(made)) == 3


def test_a_file_exported_in_training_mode_is_refused(tmp_path: Path) -> None:
    path = write_onnx(tmp_path / "net.onnx", training=True)
    with pytest.raises(CheckpointError, match=r"depends on the others in its batch.*model.eval\(\)"):
        from_onnx(path, grid=GRID)


def test_colours_in_the_other_order(tmp_path: Path) -> None:
    path = write_onnx(tmp_path / "net.onnx")
    target = from_onnx(path, channels="bgr", grid=GRID)
    found = target.head.embed(target.read_maps(images()).last)
    torch.testing.assert_close(found, reference(images().flip(1)), rtol=1e-4, atol=1e-5)
    with pytest.raises(SettingsError, match="channels='brg' is not known"):
        from_onnx(path, channels="brg")


def test_onnxruntime_says_nothing_of_its_own(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from_onnx(write_onnx(tmp_path / "net.onnx", unused=True), grid=GRID)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("form", ["exact", "distilled"])
def test_forms_that_it_cannot_have_are_refused_with_those_that_it_can(tmp_path: Path, form: str) -> None:
    target = from_onnx(write_onnx(tmp_path / "net.onnx"), grid=GRID)
    with pytest.raises(LedgerError, match="counterfactual form") as error:
        build_interpreter(target, SCHEMAS["market1501"], InterpreterSettings(form=form))
    assert not target.passes_gradient and "use the distilled" not in str(error.value)
    build_interpreter(target, SCHEMAS["market1501"], InterpreterSettings(form="counterfactual"))
