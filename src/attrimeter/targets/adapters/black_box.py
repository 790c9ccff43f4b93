"""A network that another program runs: pictures in, embeddings out, and nothing of its inside."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from attrimeter.errors import SettingsError
from attrimeter.targets.adapters.fixed_batch import run_in_batches

Array = np.ndarray[Any, np.dtype[Any]]
CHANNELS = ("rgb", "bgr")
"""The orders of colours that a network may take."""


class BlackBox(nn.Module):
    """Such a network as a module; copies share what runs it, and no gradient passes.

    Args:
        run: from float32 images n x 3 x height x width to float32 embeddings n x d.
        shape: of the images; an integer where it takes that alone.
        content: of its files, as bytes that change with them; stands for its weights.
        choices: what else decides the embedding, beyond what is usual.
        channels: of :data:`CHANNELS`.

    Raises:
        SettingsError: another order of colours.
        ValueError: another shape than that of images.

    Attributes:
        batch: how many images it takes at once; None for any number.
        size: (height, width) that it takes; None for several.
    """

    def __init__(
        self,
        run: Callable[[Array], Array],
        *,
        shape: Sequence[Any],
        content: bytes,
        choices: Sequence[str] = (),
        channels: str = "rgb",
    ) -> None:
        super().__init__()
        if channels not in CHANNELS:
            raise SettingsError(f"channels={channels!r} is not known; choose {' or '.join(CHANNELS)}.")
        if len(shape) != 4 or (isinstance(shape[1], int) and shape[1] != 3):
            raise ValueError("it must have one input n x 3 x height x width")
        batch, _, height, width = shape
        self.batch = batch if isinstance(batch, int) else None
        fixed = isinstance(height, int) and isinstance(width, int)
        self.size: tuple[int, int] | None = (height, width) if fixed else None
        self._channels = channels
        self._runner = _Runner(run)
        chosen = [*choices, *(["bgr"] if channels == "bgr" else [])]
        digest = hashlib.sha256(content + repr(chosen).encode()).digest() if chosen else content
        self.register_buffer("content", torch.tensor(list(digest), dtype=torch.uint8))

    def forward(self, images: Tensor) -> Tensor:
        """The embeddings, on the device of the images."""
        return run_in_batches(self._run, images, size=self.batch)

    def _run(self, images: Tensor) -> Tensor:
        given = images.flip(1) if self._channels == "bgr" else images
        embeddings = self._runner.run(given.detach().cpu().contiguous().numpy())
        return torch.from_numpy(np.array(embeddings, dtype=np.float32)).to(images.device)


class _Runner:
    """Holds what cannot be copied."""

    def __init__(self, run: Callable[[Array], Array]) -> None:
        self.run = run

    def __deepcopy__(self, memo: dict[int, Any]) -> _Runner:
        return self
