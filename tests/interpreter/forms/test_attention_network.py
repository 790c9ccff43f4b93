"""Erasing: a rectangle of zeros in fitting, nothing otherwise."""

from __future__ import annotations

import torch

from attrimeter.interpreter.forms.attention_network import LARGEST_SHARE, MapErasing

MAPS = torch.ones(40, 3, 16, 8)


def test_it_erases_one_rectangle_in_all_channels() -> None:
    torch.manual_seed(0)
    noise = MapErasing(1.0).train()
    erased = noise(MAPS) == 0
    assert torch.equal(erased.any(dim=1), erased.all(dim=1))
    touched = 0
    for image in erased[:, 0]:
        rows, columns = image.any(dim=1).nonzero(), image.any(dim=0).nonzero()
        if len(rows) == 0:
            continue
        touched += 1
        box = image[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        assert bool(box.all())
        assert box.shape[0] <= LARGEST_SHARE * 16 + 1 and box.shape[1] <= LARGEST_SHARE * 8 + 1
    assert touched > 30
    assert bool((MAPS == 1).all())


def test_the_probability_is_kept() -> None:
    torch.manual_seed(0)
    touched = (MapErasing(0.5).train()(torch.ones(2000, 1, 16, 8)) == 0).flatten(1).any(dim=1)
    assert 0.35 < float(touched.float().mean()) < 0.55


def test_outside_fitting_nothing_happens() -> None:
    assert MapErasing(1.0).eval()(MAPS) is MAPS
    assert MapErasing(0.0).train()(MAPS) is MAPS
