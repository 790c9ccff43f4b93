from __future__ import annotations

import pytest
import torch
from torch import Tensor

from attrimeter.targets.adapters.black_box import run_in_batches


@pytest.mark.parametrize(("size", "asked"), [(None, [7]), (1, [1] * 7), (3, [3, 3, 3]), (7, [7]), (9, [9])])
def test_the_rows_are_the_same_whatever_the_size(size: int | None, asked: list[int]) -> None:
    seen: list[int] = []

    def run(images: Tensor) -> Tensor:
        seen.append(len(images))
        return images.flatten(1).sum(dim=1, keepdim=True)

    images = torch.randn(7, 3, 2, 2)
    rows = run_in_batches(run, images, size=size)
    torch.testing.assert_close(rows, images.sum(dim=(1, 2, 3))[:, None])
    assert seen == asked
