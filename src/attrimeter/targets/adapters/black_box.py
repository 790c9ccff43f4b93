"""A network that another program runs: pictures in, embeddings out, and nothing of its inside."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from attrimeter.arrays import Array
from attrimeter.errors import CheckpointError, SettingsError
from attrimeter.targets.target import Target


def run_in_batches(run: Callable[[Tensor], Tensor], images: Tensor, *, size: int | None) -> Tensor:
    """The rows that ``run`` makes of ``images``, ``size`` at a time; the last batch is filled up with blanks.

    Args:
        run: takes exactly ``size`` images.
        size: None hands over all at once.
    """
    if size is None or len(images) == size:
        return run(images)
    rows = []
    for batch in torch.split(images, size):
        blanks = images.new_zeros(size - len(batch), *images.shape[1:])
        rows.append(run(torch.cat([batch, blanks]))[: len(batch)])
    return torch.cat(rows)


CHANNELS = ("rgb", "bgr")
"""The orders of colours that a network may take."""


class ShapedModule(nn.Module):
    """A module that may take only batches of one size, or pictures of one.

    Args:
        shape: of the images; an integer where it takes that alone.

    Raises:
        ValueError: another shape than that of images.

    Attributes:
        batch: how many images it takes at once; None for any number.
        size: (height, width) that it takes; None for several.
    """

    def __init__(self, shape: Sequence[Any]) -> None:
        super().__init__()
        if len(shape) != 4 or (isinstance(shape[1], int) and shape[1] != 3):
            raise ValueError("it must have one input n x 3 x height x width")
        batch, _, height, width = shape
        self.batch = batch if isinstance(batch, int) else None
        fixed = isinstance(height, int) and isinstance(width, int)
        self.size: tuple[int, int] | None = (height, width) if fixed else None


class BlackBox(ShapedModule):
    """A network that another program runs; copies share what runs it, and no gradient passes.

    Args:
        run: from float32 images n x 3 x height x width to float32 embeddings n x d.
        shape: as :class:`ShapedModule`.
        content: of its files, as bytes that change with them; stands for its weights.
        choices: what else decides the embedding, beyond what is usual.
        channels: of :data:`CHANNELS`.

    Raises:
        SettingsError: another order of colours.
        ValueError: another shape than that of images.
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
        if channels not in CHANNELS:
            raise SettingsError(f"channels={channels!r} is not known; choose {' or '.join(CHANNELS)}.")
        super().__init__(shape)
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


def open_black_box(
    place: Path,
    make: Callable[[], ShapedModule],
    *,
    wanted: str,
    cure: str,
    name: str | None,
    how: Mapping[str, Any],
) -> Target:
    """The target of what ``make`` makes of a file; its last map is the input itself, in patches.

    Args:
        place: the file.
        wanted: what it cannot be where ``make`` fails, as the end of "FILE cannot be ...".
        cure: how to mend that, as the end of a sentence.
        name: None takes the file's name.
        how: for :meth:`Target.from_module`; without ``input_size`` that of the model.

    Raises:
        CheckpointError: it fails.
        SettingsError: as ``make`` does.
    """
    try:
        module = make()
    except SettingsError:
        raise
    except Exception as error:
        text = " ".join(str(error).split())[:300]
        raise CheckpointError(
            f"{place} cannot be {wanted} ({type(error).__name__}: {text}); {cure}."
        ) from error
    known = {} if module.size is None else {"input_size": module.size}
    return Target.from_module(module, last_map="input", name=name or place.stem, **{**known, **how})


class _Runner:
    """Holds what cannot be copied."""

    def __init__(self, run: Callable[[Array], Array]) -> None:
        self.run = run

    def __deepcopy__(self, memo: dict[int, Any]) -> _Runner:
        return self
