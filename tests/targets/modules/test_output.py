"""The embedding is found in whatever a module gives."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch

from attrimeter.errors import CheckpointError
from attrimeter.targets.modules.output import OutputChoice, choose_embedding

E = torch.randn(2, 5)


@pytest.mark.parametrize(
    ("given", "choice"),
    [
        (E, None),
        (E[:, :, None, None], None),
        ((torch.zeros(2), E), 1),
        ({"features": E}, "features"),
        (SimpleNamespace(pooled=E), "pooled"),
        (torch.stack([E, E], dim=1), lambda given: given[:, 0]),
    ],
)
def test_it_is_found(given: Any, choice: OutputChoice) -> None:
    assert torch.equal(choose_embedding(given, choice), E)


@pytest.mark.parametrize(
    ("given", "choice", "told"),
    [
        ((E, [E]), None, r"a tuple of \(2 x 5, a list of \(2 x 5\)\).*say with output="),
        ({"features": E}, "feature", r"nothing at output='feature'.*'features': 2 x 5"),
        ((E,), 3, r"nothing at output=3"),
        (torch.zeros(2, 5, 4), None, r"shape 2 x 5 x 4 and must have n x d"),
        ("text", None, "a str"),
    ],
)
def test_what_there_is_is_listed(given: Any, choice: OutputChoice, told: str) -> None:
    with pytest.raises(CheckpointError, match=told):
        choose_embedding(given, choice)


def test_an_inference_tensor_can_be_used_for_gradients_afterwards() -> None:
    with torch.inference_mode():
        given = torch.ones(2, 3)
    weight = torch.ones(3, requires_grad=True)
    (choose_embedding(given, None) * weight).sum().backward()
    assert weight.grad is not None
