"""A model in another form is told with the door by which it comes in, and the door is there."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
import torch
from torch import nn

from attrimeter.errors import CheckpointError
from attrimeter.targets import open_target
from attrimeter.targets.checkpoints.inspecting import inspect_checkpoint
from attrimeter.targets.checkpoints.other_doors import other_door
from targets.adapters.onnx_files import write_onnx

OPENVINO = b'<?xml version="1.0"?>\n<net name="net" version="11"><layers/></net>\n'


def write_bytes(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content + bytes(64))


def export(path: Path) -> None:
    torch.export.save(torch.export.export(nn.Flatten(), (torch.zeros(1, 3, 4, 2),)), path)


def write_openvino_weights(path: Path) -> None:
    path.with_suffix(".xml").write_bytes(OPENVINO)
    path.write_bytes(b"\x3f\x80" * 100)


MODELS: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "net.onnx": (write_onnx, "an ONNX model", "onnx.from_onnx"),
    "net.model": (write_onnx, "an ONNX model", "onnx.from_onnx"),
    "cut.onnx": (write_bytes(b""), "an ONNX model", "onnx.from_onnx"),
    "net.xml": (write_bytes(OPENVINO), "an OpenVINO model", "openvino.from_openvino"),
    "net.bin": (
        write_openvino_weights,
        "the weights of the OpenVINO model net.xml",
        "openvino.from_openvino",
    ),
    "net.pt2": (export, "an exported program", "exported.from_exported"),
    "renamed.pt": (export, "an exported program", "exported.from_exported"),
    "net.tflite": (write_bytes(b"\x20\0\0\0TFL3"), "a TensorFlow Lite model", ""),
    "net.engine": (write_bytes(b"ftrt"), "a TensorRT engine", ""),
    "net.trt": (write_bytes(b"anything"), "a TensorRT engine", ""),
    "net.keras": (write_bytes(b"\x89HDF"), "a Keras model", ""),
}


@pytest.mark.filterwarnings("ignore::FutureWarning")  # of PyTorch about its own tree specs
@pytest.mark.parametrize("name", MODELS)
def test_it_is_told_when_it_is_opened_or_inspected(tmp_path: Path, name: str) -> None:
    write, what, adapter = MODELS[name]
    write(tmp_path / name)
    for door in (open_target, inspect_checkpoint):
        with pytest.raises(CheckpointError, match=f"{re.escape(name)} is {what} and no checkpoint") as error:
            door(tmp_path / name)
        assert "\n" not in str(error.value) and "docs/add-a-target.md" in str(error.value)
    if adapter:
        (found,) = re.findall(r"(attrimeter\.targets\.adapters\.\w+)\.(\w+)\(", str(error.value))
        assert found[0].endswith(adapter.split(".")[0]) and callable(
            getattr(import_module(found[0]), found[1])
        )


def test_checkpoints_and_what_is_no_model_are_left_to_others(tiny_target_file: Path, tmp_path: Path) -> None:
    torch.save({"a.weight": torch.zeros(2)}, tmp_path / "a.pth")
    for path in (tiny_target_file, tmp_path / "a.pth"):
        assert other_door(path, path.read_bytes()[:64]) is None
    for name, content in (("a.pth", b""), ("page.html", b"<!doctype html>"), ("cut.pth", b"PK\x03\x04")):
        (tmp_path / name).write_bytes(content)
        assert other_door(tmp_path / name, content) is None
