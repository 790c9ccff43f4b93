from __future__ import annotations

import torch

from attrimeter.targets.fingerprints import fingerprint_of


def test_order_makes_no_difference() -> None:
    first, second = torch.arange(6.0), torch.ones(2, 2)
    assert fingerprint_of({"a": first, "b": second}, {"x": 1, "y": 2}) == fingerprint_of(
        {"b": second, "a": first}, {"y": 2, "x": 1}
    )


def test_every_ingredient_makes_a_difference() -> None:
    values = torch.arange(6.0)
    variants = [
        fingerprint_of({"a": values}, {"x": 1}),
        fingerprint_of({"b": values}, {"x": 1}),
        fingerprint_of({"a": values}, {"x": 2}),
        fingerprint_of({"a": values.view(2, 3)}, {"x": 1}),
        fingerprint_of({"a": values.view(torch.int32)}, {"x": 1}),
        fingerprint_of({"a": values + 1}, {"x": 1}),
        fingerprint_of({"a": values, "b": values}, {"x": 1}),
    ]
    assert len(set(variants)) == len(variants)


def test_memory_layout_makes_no_difference() -> None:
    values = torch.arange(6.0).view(2, 3)
    assert fingerprint_of({"a": values}, {}) == fingerprint_of({"a": values.T.contiguous().T}, {})
