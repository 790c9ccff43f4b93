"""The baseline whose ledger adds up and which looks at nothing."""

from __future__ import annotations

import copy
from collections.abc import Iterable

import numpy as np
import torch
from jaxtyping import Float, UInt8
from scipy.ndimage import gaussian_filter
from scipy.special import softmax
from torch import Tensor

from attrimeter.arrays import Array
from attrimeter.benchmarking.explainers.explainer import ExplainedBatch, explain_in_batches
from attrimeter.interpreter import check_ledger
from attrimeter.interpreter.forms.map_form import exact_ledger, split_by_partition
from attrimeter.targets import Target
from attrimeter.values import Attribution, MeasuredPairs

SMOOTHNESS = 1 / 8
"""Deviation of the blur that makes noise smooth, as a fraction of the height of the map."""

CONTRAST = 3.0
"""Deviation of the smooth scores: about 3 makes one group win most cells."""


class RandomPartition:
    """The exact ledger of a partition drawn at random for every pair, the same in both its pictures.

    Args:
        target: whose distance is split.
        seed: of the partitions. The one of a pair depends on its row and the number of groups alone.
    """

    name = "random partition"
    uses_labels = False

    def __init__(self, target: Target, *, seed: int = 0) -> None:
        self._target = target
        self._head = copy.deepcopy(target.head).double()
        self._seed = seed

    def explain(self, pairs: MeasuredPairs) -> Attribution:
        """c^k = <u_a^k - u_b^k, e_a - e_b> (docs/method.md#the-exact-form); the maps leave out *other*.

        Raises:
            LedgerError: the target's head is not a sum over the cells of its last map.
        """
        return explain_in_batches(self, pairs, self._explain_rows)

    @torch.no_grad()
    def _explain_rows(self, pairs: MeasuredPairs, rows: slice) -> ExplainedBatch:
        numbers = range(len(pairs))[rows]
        partitions = draw_partitions(numbers, len(pairs.groups) + 1, self._target.map_size, seed=self._seed)
        maps = torch.from_numpy(partitions).to(self._target.device)
        (first_parts, first), (second_parts, second) = (
            self._split_embeddings(pictures, maps) for pictures in (pairs.first[rows], pairs.second[rows])
        )
        components = exact_ledger(first_parts - second_parts, first - second)
        distances = (first - second).norm(dim=1)
        check_ledger(components, distances)
        contributions = (components * distances[:, None])[:, :-1].cpu().numpy()
        drawn = partitions[:, :-1].astype(np.float32)
        return ExplainedBatch(contributions, drawn, drawn)

    def _split_embeddings(
        self, pictures: UInt8[Array, "n height width 3"], maps: Float[Tensor, "n maps h w"]
    ) -> tuple[Float[Tensor, "n maps d"], Float[Tensor, "n d"]]:
        last = self._target.read_maps(self._target.preprocess(list(pictures))).last.double()
        return split_by_partition(self._head, last, maps), self._head.embed(last)


def draw_partitions(
    numbers: Iterable[int], maps: int, size: tuple[int, int], *, seed: int
) -> Float[Array, "n maps h w"]:
    """Softmax of smooth noise: grids of (height, width) cells divided among ``maps`` maps, one per number."""
    noise = np.stack(
        [np.random.default_rng([seed, number]).standard_normal((maps, *size)) for number in numbers]
    )
    blur = SMOOTHNESS * size[0]
    smooth = gaussian_filter(noise, sigma=(0, 0, blur, blur), mode="reflect")
    scores = CONTRAST * smooth / np.maximum(smooth.std(axis=(1, 2, 3), keepdims=True), 1e-12)
    partitions: Array = softmax(scores, axis=1)
    return partitions
