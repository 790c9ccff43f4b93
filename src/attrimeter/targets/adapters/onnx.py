"""ONNX files, run by onnxruntime: a black box through which no gradient passes."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Any

from attrimeter.arrays import Array
from attrimeter.errors import CheckpointError
from attrimeter.extras import import_extra
from attrimeter.storage import open_regular
from attrimeter.targets.adapters.black_box import BlackBox, open_black_box
from attrimeter.targets.identity import file_fingerprint
from attrimeter.targets.target import Target

_LOCATION = re.compile(rb"\n\x08location\x12", re.DOTALL)
"""How protobuf says that values of a tensor lie in another file; the length of its name and that follow."""

_SILENT = 4
"""The severity from which onnxruntime speaks: what is fatal. What fails is raised all the same."""


def from_onnx(
    path: str | os.PathLike[str],
    *,
    output: int | str = 0,
    channels: str = "rgb",
    name: str | None = None,
    **how: Any,
) -> Target:
    """A target of an ONNX file, which takes float32 images n x 3 x height x width and gives embeddings.

    What is lost against the same model as a PyTorch module: its last map is the input itself in patches,
    so maps lie on patches of the picture and an interpreter sees pixels where it would see the model's own
    features; no gradient passes, so only the counterfactual form can be fitted; there is no own trunk; and
    it runs on the CPU. Embeddings, distances and everything that is measured by edits stay as they are.

    Args:
        path: of the file; files with its weights lie beside it. onnxruntime must be installed.
        output: position or name of the embedding among its outputs.
        channels: the order of colours that it takes, "rgb" or "bgr"; ``mean`` and ``std`` are of RGB all
            the same.
        name: what to call it; None takes the file's name.
        how: ``input_size``, ``grid``, ``mean``, ``std``, ``interpolation`` and ``metric``, as
            :meth:`Target.from_module`; without ``input_size`` that of the file.

    Raises:
        CheckpointError: onnxruntime is not there, no file that it can run on such images, or one that
            :meth:`Target.from_module` refuses (exported in training mode, say).
    """
    runtime = import_extra("onnxruntime", extra="onnx", purpose="An ONNX file", error=CheckpointError)
    place = Path(path)

    def make() -> OnnxModule:
        with open_regular(place) as stream:
            content = stream.read()
        options = runtime.SessionOptions()
        options.log_severity_level = _SILENT
        session = runtime.InferenceSession(
            str(place), sess_options=options, providers=["CPUExecutionProvider"]
        )
        return OnnxModule(session, content=_digest(content, place), output=output, channels=channels)

    return open_black_box(
        place,
        make,
        wanted="run as an ONNX model of images",
        cure="check the path and export it with one input n x 3 x height x width",
        name=name,
        how=how,
    )


class OnnxModule(BlackBox):
    """A session of onnxruntime as a module.

    Args:
        session: runs the model.
        content: digest of its files.
        output: position or name of the embedding.
        channels: as :class:`BlackBox`.
    """

    def __init__(self, session: Any, *, content: bytes, output: int | str = 0, channels: str = "rgb") -> None:
        inputs, names = session.get_inputs(), [one.name for one in session.get_outputs()]
        if len(inputs) != 1:
            raise ValueError("it must have one input n x 3 x height x width")
        chosen = names[output] if isinstance(output, int) else output
        if chosen not in names:
            raise ValueError(f"it has no output {output!r} but {', '.join(names)}")

        def run(images: Array) -> Array:
            embeddings: Array = session.run([chosen], {inputs[0].name: images})[0]
            return embeddings

        others = [] if chosen == names[0] else [chosen]
        super().__init__(run, shape=inputs[0].shape, content=content, choices=others, channels=channels)


def external_files(content: bytes) -> list[str]:
    """The names of the files, beside the model's own, that hold values of its tensors; in order."""
    found: set[str] = set()
    for match in _LOCATION.finditer(content):
        length, start = _read_varint(content, match.end())
        found.add(content[start : start + length].decode("utf-8", errors="surrogateescape"))
    return sorted(found)


def _digest(content: bytes, place: Path) -> bytes:
    own, others = hashlib.sha256(content), external_files(content)
    if not others:
        return own.digest()
    rest = file_fingerprint(*(place.parent / other for other in others))
    return hashlib.sha256(own.digest() + bytes.fromhex(rest)).digest()


def _read_varint(content: bytes, start: int) -> tuple[int, int]:
    """A length as protobuf writes it, and where it ends."""
    length = shift = 0
    for position in range(start, min(start + 5, len(content))):
        length |= (content[position] & 127) << shift
        shift += 7
        if content[position] < 128:
            return length, position + 1
    return 0, start
