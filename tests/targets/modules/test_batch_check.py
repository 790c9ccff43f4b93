"""Whatever makes the embedding of a picture depend on its neighbours is measured, and refused."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from attrimeter.errors import CheckpointError
from attrimeter.targets import Target
from attrimeter.targets.modules.batch_check import check_batches, layers_without_statistics
from targets.own_modules import SIZE, GemNet, SmallNet, TinyViT, filled, images


class WithoutStatistics(SmallNet):
    def __init__(self) -> None:
        super().__init__()
        self.layer1[1] = nn.BatchNorm2d(4, track_running_stats=False)


class WithoutStatisticsInTheNeck(SmallNet):
    def __init__(self) -> None:
        super().__init__()
        self.neck = nn.BatchNorm1d(6, track_running_stats=False)


class Finishing(SmallNet):
    """What follows the pooling is a function."""

    def __init__(self, change: Any) -> None:
        super().__init__()
        self.change = change

    def finish(self, last_map: Tensor) -> Tensor:
        embedding: Tensor = self.change(super().finish(last_map))
        return embedding


class Counting(SmallNet):
    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("runs", torch.zeros(1))

    def finish(self, last_map: Tensor) -> Tensor:
        self.runs += 1
        return super().finish(last_map) + self.runs


READING_THE_BATCH: dict[str, Any] = {
    "training mode": lambda e: functional.batch_norm(e, None, None, training=True) + e.mean() * 0,
    "training mode beside a path around it": lambda e: e + functional.layer_norm(e - e.mean(0), (6,)),
    "centred": lambda e: e - e.mean(dim=0),
    "scaled": lambda e: e / e.norm(),
    "softmax over the batch": lambda e: e.softmax(dim=0),
    "order": lambda e: e.cumsum(dim=0),
    "neighbour": lambda e: e + 0.1 * e.roll(1, dims=0),
    "range of the batch, as in dynamic quantisation": lambda e: (
        (e / e.abs().max() * 7).round() * e.abs().max() / 7
    ),
    "size of the batch": lambda e: e * len(e),
}


@pytest.mark.parametrize("change", READING_THE_BATCH.values(), ids=READING_THE_BATCH)
def test_what_reads_the_batch_is_refused(change: Any) -> None:
    with pytest.raises(CheckpointError, match=r"depends on the others in its batch|cannot be run on"):
        Target.from_module(filled(Finishing(change)), last_map="relu", input_size=SIZE)


@pytest.mark.parametrize("kind", [WithoutStatistics, WithoutStatisticsInTheNeck])
def test_layers_without_statistics_are_named(kind: type[nn.Module]) -> None:
    layer = layers_without_statistics(kind())
    assert layer == [{WithoutStatistics: "layer1.1", WithoutStatisticsInTheNeck: "neck"}[kind]]
    for how in ({}, {"pooling": "gap", "neck": "neck"}):
        with pytest.raises(
            CheckpointError, match=f"batch.*{layer[0]}|{layer[0]}.*no running statistics.*batch"
        ) as error:
            Target.from_module(filled(kind()), last_map="relu", input_size=SIZE, **how)
        assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "module", [Counting(), Finishing(lambda e: functional.dropout(e, 0.3))], ids=["counts", "dropout"]
)
def test_what_changes_by_itself_is_told_from_that(module: nn.Module) -> None:
    with pytest.raises(CheckpointError, match="does not give the same embeddings twice"):
        Target.from_module(filled(module), last_map="relu", input_size=SIZE)


@pytest.mark.parametrize(
    "module",
    [
        SmallNet(),
        GemNet(),
        TinyViT(),
        nn.Sequential(
            nn.Conv2d(3, 4, 3), nn.InstanceNorm2d(4), nn.GroupNorm(2, 4), nn.AvgPool2d(4), nn.Flatten()
        ),
    ],
    ids=lambda module: type(module).__name__,
)
def test_what_does_not_is_not(module: nn.Module) -> None:
    check_batches(filled(module).eval(), images(6), module=module)
