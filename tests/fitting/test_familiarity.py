"""Learning the kind of image from styles."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from attrimeter.fitting import familiarity
from attrimeter.fitting.familiarity import fit_familiarity

SIZE = 48


def embed(persons: int, seed: int, shift: float = 0.0) -> tuple[torch.Tensor, np.ndarray]:
    """Five images of each person, spread as the person and the picture go, far more in some directions."""
    rng = np.random.default_rng(seed)
    scales = np.linspace(3, 0.2, SIZE)
    own = np.repeat(rng.normal(size=(persons, SIZE)), 5, axis=0)
    images = (own + 0.5 * rng.normal(size=own.shape)) * scales
    return torch.from_numpy(images + shift * scales).float(), np.repeat(np.arange(persons), 5)


def test_other_persons_of_the_kind_are_known_and_other_kinds_are_not() -> None:
    kind = fit_familiarity(*embed(300, seed=1))
    assert kind.directions.shape == (SIZE - 1, SIZE)
    assert float(kind.knows(embed(100, seed=2)[0]).float().mean()) > 0.98
    assert float(kind.knows(embed(100, seed=3, shift=3.0)[0]).float().mean()) < 0.05


def test_variances_are_those_of_the_directions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(familiarity, "DIRECTIONS", 32)
    images, identities = embed(200, seed=4)
    kind = fit_familiarity(images, identities)
    assert kind.directions.shape == (32, SIZE)
    along = (images - kind.centre) @ kind.directions.T
    assert torch.allclose(along.var(dim=0), kind.variances, rtol=1e-3)
    total = images.var(dim=0).sum()
    assert torch.isclose(kind.variances.sum() + kind.rest * (SIZE - 32), total, rtol=1e-3)


def test_few_images_still_give_a_kind() -> None:
    images, identities = embed(1, seed=5)
    kind = fit_familiarity(images, identities)
    assert np.isfinite(kind.farthest) and kind.knows(images).all()
