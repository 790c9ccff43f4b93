"""A new form is one file: this one divides distances evenly, and everything that takes a form takes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from jaxtyping import Float
from torch import Tensor

import attrimeter
from attrimeter.interpreter.forms import catalogue
from attrimeter.interpreter.forms.fit_settings import ImageFitSettings, LossWeights
from attrimeter.interpreter.forms.form import HeadLike
from attrimeter.interpreter.forms.map_form import (
    MapForm,
    all_distances,
    partition_of_unity,
    split_by_partition,
)
from attrimeter.interpreter.reading import ImageReading


class Even(MapForm):
    """Every attribute and *other* carry the same part of every distance."""

    name = "even"
    fit = ImageFitSettings(epochs=1, batch_images=8)
    loss_weights = LossWeights(evidence=1.0, template=1.0)
    hidden = 8
    is_partition = True

    def activate(self, scores: Float[Tensor, "n maps h w"]) -> Float[Tensor, "n maps h w"]:
        return partition_of_unity(scores)

    def split(
        self, head: HeadLike, last_map: Float[Tensor, "n c h w"], maps: Float[Tensor, "n maps h w"]
    ) -> Float[Tensor, "n maps d"]:
        return split_by_partition(head, last_map, maps)

    def compare_all(self, network: Any, a: ImageReading, b: ImageReading) -> Float[Tensor, "q g maps"]:
        return _evenly(all_distances(a.embeddings, b.embeddings), a.parts.shape[1])

    def compare_pairs(self, network: Any, a: ImageReading, b: ImageReading) -> Float[Tensor, "p maps"]:
        return _evenly((a.embeddings - b.embeddings).norm(dim=-1), a.parts.shape[1])


def _evenly(distances: Tensor, parts: int) -> Tensor:
    return torch.stack([distances / parts] * parts, dim=-1)


@pytest.fixture(scope="module")
def fitted_evenly(
    tiny_target_file: Path, rendered_set: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The folder of a fitted interpreter of this form, which is known as long as this file is tested."""
    folder = tmp_path_factory.mktemp("even")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(catalogue.FORMS, Even.name, Even())
        words: dict[str, Any] = {"out": folder / "run", "cache": folder / "cache", "device": "cpu"}
        attrimeter.fit(tiny_target_file, rendered_set, form="even", trust=False, **words)
        yield folder / "run"


def test_it_is_kept_and_explains(fitted_evenly: Path, rendered_set: Path) -> None:
    pictures = sorted((rendered_set / "query").iterdir())
    explanation = attrimeter.explain_pair(fitted_evenly, pictures[0], pictures[-1], device="cpu")
    assert explanation.form == "even" and explanation.distance > 0
    assert sum(amount for _, amount in explanation.ranked_groups) == pytest.approx(explanation.distance)
    names = attrimeter.open_schema("market1501").names
    part = explanation.distance / (len(names) + 1)
    assert explanation.other == pytest.approx(part)


def test_it_is_evaluated(fitted_evenly: Path, rendered_set: Path, tmp_path: Path) -> None:
    scores = attrimeter.evaluate(fitted_evenly, rendered_set, cache=tmp_path, device="cpu")
    assert scores.form == "even" and "interpreter" in scores.attribution


def test_it_is_benchmarked(
    fitted_evenly: Path, tiny_target_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("attrimeter.benchmarking.true_shares.SHARES_PAIRS", {"few": 2})
    run = attrimeter.benchmark(
        tiny_target_file, fitted_evenly, pairs=4, cache=tmp_path, workers=1, device="cpu"
    )
    assert "even" in [scores.name for scores in run.benchmark.explainers]
