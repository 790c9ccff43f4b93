"""Running what takes only batches of one size."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


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
