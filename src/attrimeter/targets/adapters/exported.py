"""Models that ``torch.export.save`` wrote (``.pt2``): a black box that passes gradients."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from attrimeter.targets.adapters.black_box import ShapedModule, open_black_box, run_in_batches
from attrimeter.targets.modules.output import OutputChoice, choose_embedding
from attrimeter.targets.target import Target


def from_exported(
    path: str | os.PathLike[str], *, output: OutputChoice = None, name: str | None = None, **how: Any
) -> Target:
    """A target of an exported program, which takes images n x 3 x height x width.

    Its inside has no layers any more, so its last map is the input itself in patches: the maps of an
    interpreter lie on patches of the picture, the exact form cannot be used, and an interpreter sees
    pixels where it would see the model's own features.

    Args:
        path: of a ``.pt2`` file from a source that you trust.
        output: which of the program's outputs is the embedding, if it has several.
        name: what to call it; None takes the file's name.
        how: ``input_size``, ``grid``, ``mean``, ``std``, ``interpolation``, ``metric`` and ``device``, as
            :meth:`Target.from_module`; without ``input_size`` that of the program.

    Raises:
        CheckpointError: no such file, no exported program, or one that does not take such images.
    """
    place = Path(path)
    if output is not None:
        how = {"fingerprint": f"output {getattr(output, '__qualname__', output)}", **how}
    return open_black_box(
        place,
        lambda: ExportedModule(torch.export.load(place), output),
        wanted="read as an exported program",
        cure="write it with torch.export.save",
        name=name,
        how=how,
    )


class ExportedModule(ShapedModule):
    """An exported program, for batches of any size."""

    def __init__(self, program: torch.export.ExportedProgram, output: OutputChoice = None) -> None:
        super().__init__(_input_shape(program))
        self.program: nn.Module = program.module()
        self._output = output

    def forward(self, images: Tensor) -> Tensor:
        """The embeddings."""
        return run_in_batches(
            lambda batch: choose_embedding(self.program(batch), self._output), images, size=self.batch
        )


def _input_shape(program: torch.export.ExportedProgram) -> Any:
    names = program.graph_signature.user_inputs
    nodes = {node.name: node for node in program.graph.nodes}
    if len(names) != 1 or nodes[str(names[0])].meta["val"].ndim != 4:
        raise ValueError("it must take one tensor of images n x 3 x height x width")
    return nodes[str(names[0])].meta["val"].shape
