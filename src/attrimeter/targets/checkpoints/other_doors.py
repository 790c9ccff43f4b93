"""Models that are no checkpoints, and by which door each of them comes in."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

_ZIP = b"PK\x03\x04"
_EXPORTED = {"archive_format", "serialized_exported_program.json"}
_ADAPTERS = "attrimeter.targets.adapters"
_ONNX = re.compile(rb"\x08[\x01-\x1f][\x12\x1a\x22\x2a\x32\x3a\x42]", re.DOTALL)
"""A small number of its version, and another field."""

_ENGINES = {".engine", ".plan", ".trt"}
_OTHERS = {
    ".caffemodel": "a Caffe model",
    ".h5": "a Keras model",
    ".hdf5": "a Keras model",
    ".keras": "a Keras model",
    ".mlmodel": "a Core ML model",
    ".mnn": "an MNN model",
    ".msgpack": "a Flax checkpoint",
    ".pb": "a TensorFlow graph",
    ".pdmodel": "a Paddle model",
    ".pdparams": "a Paddle checkpoint",
    ".rknn": "an RKNN model",
}


def other_door(place: Path, start: bytes) -> str | None:
    """What a file is that holds a model in another form, and how it is opened, as the end of "FILE is ...".

    Args:
        place: the file.
        start: its first bytes, 16 at least.

    Returns:
        None for anything else, a checkpoint of PyTorch too.
    """
    suffix = place.suffix.lower()
    if start[:4] == _ZIP:
        is_exported = _members(place) & _EXPORTED
        return _by("an exported program", "exported.from_exported", place) if is_exported else None
    if start[4:8] == b"TFL3" or suffix == ".tflite":
        return _wrapped("a TensorFlow Lite model", place)
    if start[:4] in (b"ftrt", b"ptrt") or suffix in _ENGINES:
        return _wrapped("a TensorRT engine", place)
    if suffix == ".onnx" or _ONNX.match(start):
        return _by("an ONNX model", "onnx.from_onnx", place)
    if start.lstrip().startswith((b"<?xml", b"<net")) and suffix in (".xml", ""):
        return _by("an OpenVINO model", "openvino.from_openvino", place, ", channels=...")
    if suffix == ".bin" and place.with_suffix(".xml").is_file():
        model = place.with_suffix(".xml")
        what = f"the weights of the OpenVINO model {model.name}"
        return _by(what, "openvino.from_openvino", model, ", channels=...")
    if suffix == ".pt2":
        return _by("an exported program", "exported.from_exported", place)
    if suffix in _OTHERS:
        return f"{_OTHERS[suffix]} and no checkpoint; convert it to ONNX, and see docs/add-a-target.md."
    return None


def _by(what: str, adapter: str, place: Path, more: str = "") -> str:
    return (
        f"{what} and no checkpoint; write a function that returns {_ADAPTERS}.{adapter}("
        f"{str(place)!r}{more}), and give its name, as package.module:function, in place of the file "
        "(docs/add-a-target.md)."
    )


def _wrapped(what: str, place: Path) -> str:
    return (
        f"{what} and no checkpoint; wrap what runs it into a torch.nn.Module, write a function that returns "
        f'Target.from_module(module, last_map="input", fingerprint=file_fingerprint({str(place)!r})), and '
        "give its name, as package.module:function, in place of the file (docs/add-a-target.md)."
    )


def _members(place: Path) -> set[str]:
    """The names in a zip file, without their folders; none if it is damaged."""
    try:
        with zipfile.ZipFile(place) as archive:
            return {Path(name).name for name in archive.namelist()}
    except Exception:  # the directory of a damaged archive may hold anything
        return set()
