"""ONNX files, run by onnxruntime: a black box through which no gradient passes."""

from __future__ import annotations

import hashlib
import os
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from attrimeter.errors import CheckpointError
from attrimeter.targets.adapters.fixed_batch import run_in_batches
from attrimeter.targets.target import Target


def from_onnx(
    path: str | os.PathLike[str], *, output: int | str = 0, name: str | None = None, **how: Any
) -> Target:
    """A target of an ONNX file, which takes float32 images n x 3 x height x width and gives embeddings.

    What is lost against the same model as a PyTorch module: its last map is the input itself in patches,
    so maps lie on patches of the picture and an interpreter sees pixels where it would see the model's own
    features; no gradient passes, so only the counterfactual form can be fitted; there is no own trunk; and
    it runs on the CPU. Embeddings, distances and everything that is measured by edits stay as they are.

    Args:
        path: of the file. onnxruntime must be installed.
        output: position or name of the embedding among its outputs.
        name: what to call it; None takes the file's name.
        how: ``input_size``, ``grid``, ``mean``, ``std``, ``interpolation`` and ``metric``, as
            :meth:`Target.from_module`; without ``input_size`` that of the file.

    Raises:
        CheckpointError: onnxruntime is not there, or no file that it can run on such images.
    """
    try:
        runtime = import_module("onnxruntime")
    except ImportError as error:
        raise CheckpointError(
            "ONNX files are run by onnxruntime, which is not installed; pip install onnxruntime."
        ) from error
    place = Path(path)
    try:
        content = place.read_bytes()
        session = runtime.InferenceSession(str(place), providers=["CPUExecutionProvider"])
        module = OnnxModule(session, content=content, output=output)
    except Exception as error:
        raise CheckpointError(
            f"{place} cannot be run as an ONNX model of images ({type(error).__name__}: {error}); check the "
            "path and export it with one input n x 3 x height x width."
        ) from error
    if module.size is not None:
        how = {"input_size": module.size, **how}
    return Target.from_module(module, last_map="input", name=name or place.stem, **how)


class OnnxModule(nn.Module):
    """A session of onnxruntime as a module; copies share the session.

    Args:
        session: runs the model.
        content: of its file; stands for its weights.
        output: position or name of the embedding.

    Attributes:
        batch: how many images it takes at once; None for any number.
        size: (height, width) that it takes; None for several.
    """

    def __init__(self, session: Any, *, content: bytes, output: int | str = 0) -> None:
        super().__init__()
        inputs, outputs = session.get_inputs(), session.get_outputs()
        if len(inputs) != 1 or len(inputs[0].shape) != 4:
            raise ValueError("it must have one input n x 3 x height x width")
        names = [one.name for one in outputs]
        self._output = names[output] if isinstance(output, int) else output
        if self._output not in names:
            raise ValueError(f"it has no output {output!r} but {', '.join(names)}")
        self._input = inputs[0].name
        batch, _, height, width = inputs[0].shape
        self.batch = batch if isinstance(batch, int) else None
        fixed = isinstance(height, int) and isinstance(width, int)
        self.size: tuple[int, int] | None = (height, width) if fixed else None
        self._session = _Session(session)
        digest = hashlib.sha256(content).digest()
        self.register_buffer("content", torch.tensor(list(digest), dtype=torch.uint8))

    def forward(self, images: Tensor) -> Tensor:
        """The embeddings, on the device of the images."""
        return run_in_batches(self._run, images, size=self.batch)

    def _run(self, images: Tensor) -> Tensor:
        given = {self._input: images.detach().cpu().contiguous().numpy()}
        return torch.from_numpy(self._session.session.run([self._output], given)[0]).to(images.device)


class _Session:
    """Holds what cannot be copied."""

    def __init__(self, session: Any) -> None:
        self.session = session

    def __deepcopy__(self, memo: dict[int, Any]) -> _Session:
        return self
