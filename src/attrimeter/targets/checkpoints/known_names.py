"""A checkpoint under names that a family of models knows."""

from __future__ import annotations

import os
from collections.abc import Mapping

from torch import Tensor

from attrimeter.targets.catalogue import FAMILIES
from attrimeter.targets.checkpoints.reading import DEEPEST, Checkpoint, read_checkpoint, strip_prefixes

METADATA = "attrimeter_target"
"""The one entry of the metadata of our own files: profile and metric as JSON."""


def read_known(path: str | os.PathLike[str]) -> Checkpoint:
    """Read a checkpoint, without what its model is called in a larger one.

    A home-made model often keeps the network as ``self.model`` or ``self.backbone``, and a training framework
    adds a name of its own. Such a beginning is dropped where all names have it, and where a family knows the
    names only without it. Names that a family knows, and our own files, stay as they are.

    Raises:
        CheckpointError: as :func:`attrimeter.targets.checkpoints.reading.read_checkpoint`.
    """
    whole = read_checkpoint(path)
    bare = whole
    for _ in range(DEEPEST):
        if METADATA in whole.metadata or _is_known(bare.tensors):
            return bare
        start, dot, _ = next(iter(bare.tensors)).partition(".")
        shorter = strip_prefixes(bare, (start + dot,), rounds=1)
        if not dot or shorter is bare:
            break
        bare = shorter
    return whole


def _is_known(tensors: Mapping[str, Tensor]) -> bool:
    return any(family.candidates(tensors) for family in FAMILIES.values())
