"""The forms that split by maps against their definitions, cell by cell and pair by pair."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from attrimeter.interpreter import ImageReading
from attrimeter.interpreter.forms.map_form import (
    Distilled,
    Exact,
    MapForm,
    partition_of_unity,
    positive_activation,
)


class MeanHead:
    """Average pooling and an affine neck: e = scale * mean(F) + shift."""

    def __init__(self, channels: int, generator: torch.Generator) -> None:
        self.scale = torch.rand(channels, generator=generator, dtype=torch.float64) + 0.5
        self.shift = torch.randn(channels, generator=generator, dtype=torch.float64)

    def embed(self, last_map: Tensor) -> Tensor:
        return last_map.mean(dim=(2, 3)) * self.scale + self.shift

    def split(self, last_map: Tensor, partition: Tensor) -> tuple[Tensor, Tensor]:
        cells = last_map.shape[2] * last_map.shape[3]
        parts = torch.einsum("nchw,nkhw->nkc", last_map, partition) / cells * self.scale
        return parts, self.shift.expand(last_map.shape[0], -1)

    def embed_masked(self, last_map: Tensor, maps: Tensor) -> Tensor:
        return torch.stack([self.embed(last_map * maps[:, k : k + 1]) for k in range(maps.shape[1])], dim=1)


def read(parts: Tensor, embeddings: Tensor) -> ImageReading:
    """A reading with nothing but what is compared."""
    nothing = parts.new_zeros(len(parts), 1)
    return ImageReading(embeddings, parts, nothing[:, :, None, None], nothing, nothing)


@pytest.fixture
def scene() -> tuple[MeanHead, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(5)
    last_map = torch.rand(6, 10, 4, 3, generator=generator, dtype=torch.float64)
    scores = torch.randn(6, 5, 4, 3, generator=generator, dtype=torch.float64)
    return MeanHead(10, generator), last_map, scores


def test_exact_ledger_is_the_sum_over_cells(scene: tuple[MeanHead, Tensor, Tensor]) -> None:
    head, last_map, scores = scene
    form = Exact()
    maps = form.activate(scores)
    assert torch.allclose(maps.sum(dim=1), torch.ones(6, 4, 3, dtype=torch.float64))
    parts, embeddings = form.split(head, last_map, maps), head.embed(last_map)
    ledger = form.compare_all(None, read(parts, embeddings), read(parts, embeddings))
    for i in range(6):
        for j in range(6):
            delta = embeddings[i] - embeddings[j]
            if i == j:
                assert torch.allclose(ledger[i, j], torch.zeros(5, dtype=torch.float64), atol=1e-5)
                continue
            for k in range(5):
                expected = 0.0
                for row in range(4):
                    for column in range(3):
                        v_i = last_map[i, :, row, column] * head.scale / 12
                        v_j = last_map[j, :, row, column] * head.scale / 12
                        part = maps[i, k, row, column] * v_i - maps[j, k, row, column] * v_j
                        expected += float((part * delta).sum())
                assert float(ledger[i, j, k]) == pytest.approx(expected / float(delta.norm()), abs=1e-9)
            assert float(ledger[i, j].sum()) == pytest.approx(float(delta.norm()), rel=1e-9)


def test_distilled_components_are_distances_of_masked_embeddings(
    scene: tuple[MeanHead, Tensor, Tensor],
) -> None:
    head, last_map, scores = scene
    form = Distilled()
    maps = form.activate(scores)
    parts, embeddings = form.split(head, last_map, maps), head.embed(last_map)
    ledger = form.compare_all(None, read(parts, embeddings), read(parts, embeddings))
    for i in range(6):
        for j in range(i):
            distance = float((embeddings[i] - embeddings[j]).norm())
            for k in range(5):
                masked = [head.embed((last_map[n] * maps[n, k])[None])[0] for n in (i, j)]
                assert float(ledger[i, j, k]) * 5 == pytest.approx(float((masked[0] - masked[1]).norm()))
            assert float(ledger[i, j].sum()) == pytest.approx(distance)


@pytest.mark.parametrize("form", [Exact(), Distilled()])
def test_pairs_one_by_one_are_the_same_as_all_at_once(
    form: MapForm, scene: tuple[MeanHead, Tensor, Tensor]
) -> None:
    head, last_map, scores = scene
    parts = form.split(head, last_map, form.activate(scores))
    embeddings = head.embed(last_map)
    others = read(parts[2:5], embeddings[2:5])
    everything = form.compare_all(None, read(parts[:2], embeddings[:2]), others)
    for i in range(2):
        repeated = read(parts[i].expand(3, -1, -1), embeddings[i].expand(3, -1))
        one = form.compare_pairs(None, repeated, others)
        assert torch.allclose(everything[i], one, atol=1e-9)
        assert torch.allclose(one, form.compare_pairs(None, others, repeated), atol=1e-12)


def test_activations_are_their_formulas() -> None:
    scores = torch.tensor([-3.0, -0.5, 0.0, 0.5, 3.0], dtype=torch.float64)
    expected = [float(z.exp()) if z < 0 else float((z + 1).sqrt()) for z in scores]
    assert positive_activation(scores).tolist() == pytest.approx(expected)
    maps = partition_of_unity(torch.randn(2, 3, 4, 5))
    assert torch.allclose(maps.sum(dim=1), torch.ones(2, 4, 5)) and bool((maps >= 0).all())


def test_positive_activation_has_a_finite_gradient_everywhere() -> None:
    scores = torch.tensor([-80.0, -1.0, 0.0, 1.0, 80.0], requires_grad=True)
    positive_activation(scores).sum().backward()
    assert scores.grad is not None and bool(torch.isfinite(scores.grad).all())
