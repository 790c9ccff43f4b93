"""A small network in OpenVINO's representation, made by openvino itself, gives what PyTorch makes of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import openvino
import pytest
import torch
from openvino import opset13
from torch.nn import functional

from attrimeter.errors import CheckpointError, SettingsError
from attrimeter.targets.adapters.openvino import from_openvino
from targets.own_modules import GRID, SIZE, images

PICTURES = list(np.random.default_rng(0).integers(0, 256, (3, *SIZE, 3), dtype=np.uint8))


def kernel(seed: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.random.default_rng(seed).normal(0, 0.1, (6, 3, 8, 8)).astype(np.float32)


def write_openvino(path: Path, *, seed: int = 0, batch: int = -1, centred: bool = False) -> Path:
    """A convolution, ReLU and the mean of the map, perhaps without the mean of the batch."""
    given = opset13.parameter([batch, 3, *SIZE], np.float32, name="images")
    found = opset13.convolution(given, opset13.constant(kernel(seed)), [8, 8], [0, 0], [0, 0], [1, 1])
    pooled = opset13.reduce_mean(opset13.relu(found), opset13.constant(np.array([2, 3])), False)
    if centred:
        pooled = opset13.subtract(pooled, opset13.reduce_mean(pooled, opset13.constant(np.array([0])), True))
    doubled = opset13.concat([pooled, pooled], 1)
    model = openvino.Model([opset13.result(pooled), opset13.result(doubled)], [given], "small")
    for row, name in enumerate(("features", "doubled")):
        model.outputs[row].get_tensor().set_names({name})
    openvino.save_model(model, path, compress_to_fp16=False)
    return path


def reference(inputs: torch.Tensor, seed: int = 0) -> torch.Tensor:
    return functional.conv2d(inputs, torch.from_numpy(kernel(seed)), stride=8).relu().mean(dim=(2, 3))


@pytest.mark.parametrize("batch", [-1, 1, 2])
def test_it_gives_the_files_embedding_for_any_number_of_images(tmp_path: Path, batch: int) -> None:
    target = from_openvino(write_openvino(tmp_path / "net.xml", batch=batch), channels="rgb", grid=GRID)
    assert target.profile.name == "net" and target.profile.image_size == SIZE and not target.is_exact
    found = target.head.embed(target.read_maps(images()).last)
    torch.testing.assert_close(found, reference(images()), rtol=1e-4, atol=1e-5)


def test_bgr_from_0_to_255_as_intel_s_networks_take_it(tmp_path: Path) -> None:
    path = write_openvino(tmp_path / "net.xml")
    pixels = torch.from_numpy(np.stack(PICTURES)).permute(0, 3, 1, 2).float()
    found = from_openvino(path, channels="bgr", grid=GRID).embed_images(PICTURES)
    assert np.allclose(found, reference(pixels.flip(1)), rtol=1e-4, atol=1e-3)
    halved = from_openvino(path, channels="bgr", grid=GRID, mean=(0, 0, 0), std=(0.5, 0.5, 0.5))
    assert np.allclose(halved.embed_images(PICTURES), reference(pixels.flip(1) / 127.5), rtol=1e-4, atol=1e-4)


def test_fingerprints_cover_both_files_and_the_choices(tmp_path: Path) -> None:
    places = [tmp_path / "a" / "net.xml", tmp_path / "b" / "net.xml"]
    for seed, place in enumerate(places):
        place.parent.mkdir()
        write_openvino(place, seed=seed)
    assert places[0].with_suffix(".bin").read_bytes() != places[1].with_suffix(".bin").read_bytes()
    made = [
        from_openvino(place, grid=GRID, **how).fingerprint
        for place, how in [
            (places[0], {"channels": "rgb"}),
            (places[0], {"channels": "rgb", "output": "features"}),
            (places[1], {"channels": "rgb"}),
            (places[0], {"channels": "bgr", "mean": (0.485, 0.456, 0.406), "std": (0.229, 0.224, 0.225)}),
            (places[0], {"channels": "rgb", "output": "doubled"}),
        ]
    ]
    assert made[0] == made[1] and len(set(made)) == 4


def test_the_weights_alone_make_another_fingerprint(tmp_path: Path) -> None:
    path = write_openvino(tmp_path / "net.xml")
    first = from_openvino(path, channels="rgb", grid=GRID)
    values = np.fromfile(path.with_suffix(".bin"), dtype=np.uint8)
    values[3] ^= 0x40
    values.tofile(path.with_suffix(".bin"))
    assert from_openvino(path, channels="rgb", grid=GRID).fingerprint != first.fingerprint


def test_what_is_wrong_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_openvino(tmp_path / "net.xml")
    with pytest.raises(CheckpointError, match="depends on the others in its batch"):
        from_openvino(write_openvino(tmp_path / "centred.xml", centred=True), channels="rgb", grid=GRID)
    with pytest.raises(CheckpointError, match="no output 'embedding' but features, doubled"):
        from_openvino(path, channels="rgb", output="embedding")
    with pytest.raises(SettingsError, match="channels='gray' is not known; choose rgb or bgr"):
        from_openvino(path, channels="gray")
    with pytest.raises(CheckpointError, match=r"absent.xml cannot be read \(No such file"):
        from_openvino(tmp_path / "absent.xml", channels="rgb")
    (tmp_path / "text.xml").write_text("<net>")
    path.with_suffix(".bin").unlink()
    for broken in (tmp_path / "text.xml", path):
        with pytest.raises(
            CheckpointError, match=f"{broken.name} cannot be run as an OpenVINO model"
        ) as error:
            from_openvino(broken, channels="rgb", grid=GRID)
        assert "\n" not in str(error.value)
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(CheckpointError, match=r"pip install 'attrimeter\[openvino\]'"):
        from_openvino(path, channels="rgb")
