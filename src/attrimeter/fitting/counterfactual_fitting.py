"""Fitting the counterfactual form on measured edits: epochs, a checkpoint after each, the best one kept."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from attrimeter.caching.edit_cache import EditData
from attrimeter.fitting.epoch_fit import EpochFit, OnBatch
from attrimeter.fitting.fit_data import digest_images
from attrimeter.fitting.real_evidence import RealEvidence
from attrimeter.fitting.settings import CounterfactualSettings
from attrimeter.interpreter import CounterfactualInterpreter
from attrimeter.interpreter.group_reader import GroupReading
from attrimeter.interpreter.pair_head import PairPrediction
from attrimeter.losses import (
    EditTargets,
    cover_loss,
    differ_loss,
    evidence_loss,
    move_loss,
    share_loss,
    value_loss,
)

Array = np.ndarray[Any, np.dtype[Any]]
WEIGHTS = {"share": 1.0, "value": 1.0, "move": 0.5, "differ": 0.5, "cover": 2.0, "evidence": 0.5, "real": 0.5}
"""What each loss counts."""

WARM_UP_STEPS = 100


class CounterfactualFit(EpochFit[CounterfactualInterpreter, CounterfactualSettings]):
    """The fit of one counterfactual interpreter on the edits of one target.

    Args:
        interpreter: fitted in place; after :meth:`run` it holds the best epoch's averaged weights.
        data: measured edits.
        settings: how long and how fast.
        real: labelled real images, whose attribute states and differences are read as well; or None.
        checkpoint: the file that every epoch replaces; None keeps none.
    """

    CHOSEN_BY = "relative_error"
    HIGHER_IS_BETTER = False

    def __init__(
        self,
        interpreter: CounterfactualInterpreter,
        data: EditData,
        settings: CounterfactualSettings,
        *,
        real: RealEvidence | None = None,
        checkpoint: Path | None = None,
    ) -> None:
        super().__init__(interpreter, settings, checkpoint=checkpoint)
        self.data, self.real = data, real
        self.network = interpreter.network
        pairs = data.pairs
        families = np.unique(pairs.families)
        held_out = np.random.default_rng([settings.seed, 5]).permutation(families)
        held_out = held_out[: round(settings.validation_share * len(families))]
        self.fit_families = np.setdiff1d(families, held_out)
        self.validation_pairs = np.flatnonzero(np.isin(pairs.families, held_out))
        self.by_family = {family: np.flatnonzero(pairs.families == family) for family in self.fit_families}
        self.usual = float(pairs.total[pairs.differs.any(axis=1)].mean())
        self.truth = (
            _shuffle_truth(pairs.truth, pairs.differs, seed=settings.seed)
            if settings.shuffled
            else pairs.truth
        )

    def train_epoch(self, epoch: int, rng: np.random.Generator, on_batch: OnBatch | None) -> dict[str, float]:
        order = rng.permutation(self.fit_families)
        size = self.settings.batch_families
        batches = max(len(order) // size, 1)
        sums: dict[str, float] = {}
        for number in range(batches):
            self._set_learning_rate(epoch * batches + number, self.settings.epochs * batches)
            chosen = order[number * size : (number + 1) * size]
            rows = np.concatenate([self.by_family[family] for family in chosen])
            for name, value in self._step(rows, rng).items():
                sums[name] = sums.get(name, 0.0) + value
            if on_batch is not None:
                on_batch(epoch * batches + number + 1, self.settings.epochs * batches)
        return {name: value / batches for name, value in sums.items()}

    def data_identity(self) -> dict[str, Any]:
        """The number of pairs, which the settings choose, and the real images with what is said of them."""
        real = None if self.real is None else digest_images(self.real.images)
        return {"pairs": len(self.data.pairs.total), "real": real}

    def _step(self, rows: Array, rng: np.random.Generator) -> dict[str, float]:
        reading, embeddings, (first, second) = self._read(self.network, rows)
        targets = self._targets(rows)
        told = targets.differs.float() if rng.random() < self.settings.told else None
        parts = self.network.pack(reading)
        prediction = self.network.predict(
            parts[first], embeddings[first], parts[second], embeddings[second], told=told
        )
        terms = self._edit_terms(prediction, targets)
        terms |= self._picture_terms(reading, rows)
        if self.real is not None:
            terms["real"] = self.real.loss(self.interpreter, rng)
        loss = torch.stack([WEIGHTS[name] * term for name, term in terms.items()]).sum()
        return self.descend(loss, terms)

    def _pictures(self, rows: Array) -> tuple[Array, Array]:
        pairs = self.data.pairs
        return np.unique(np.concatenate([pairs.first[rows], pairs.second[rows]]), return_inverse=True)

    def _read(self, network: Any, rows: Array) -> tuple[GroupReading, Tensor, tuple[Tensor, Tensor]]:
        """The reading of every picture of the pairs ``rows``, once each, and where each pair's two lie."""
        device = self.interpreter.target.device
        pictures, places = self._pictures(rows)
        last, shallow = (self.data.gather(pictures, name).to(device).float() for name in ("last", "shallow"))
        embeddings = self.data.gather(pictures, "embeddings").to(device)
        inverse = torch.from_numpy(places).to(device)
        reading = network(last, shallow, self.interpreter.target.head)
        return reading, embeddings, (inverse[: len(rows)], inverse[len(rows) :])

    def _targets(self, rows: Array) -> EditTargets:
        pairs, device = self.data.pairs, self.interpreter.target.device
        squared = torch.from_numpy(pairs.total[rows]).to(device)
        truth = torch.from_numpy(self.truth[rows]).to(device)
        return EditTargets(
            shares=truth / squared.clamp(min=1e-9)[:, None],
            moves=self.data.gather_moves(rows).to(device),
            differs=torch.from_numpy(pairs.differs[rows]).to(device),
            squared=squared,
            weights=squared / self.usual,
        )

    def _edit_terms(self, prediction: PairPrediction, targets: EditTargets) -> dict[str, Tensor]:
        return {
            "share": share_loss(prediction.shares, targets),
            "value": value_loss(prediction.values, targets),
            "move": move_loss(prediction.moves, targets),
            "differ": differ_loss(prediction.differs, targets.differs),
        }

    def _picture_terms(self, reading: GroupReading, rows: Array) -> dict[str, Tensor]:
        device = self.interpreter.target.device
        pictures, _ = self._pictures(rows)
        cover = self.data.gather(pictures, "cover").to(device).float() / 255
        labels = self.data.gather(pictures, "labels").to(device)
        even = torch.full((labels.shape[1],), 0.5, device=device)
        states = self.network.read_attributes(reading.features)
        return {"cover": cover_loss(reading.scores, cover), "evidence": evidence_loss(states, labels, even)}

    @torch.no_grad()
    def validate(self) -> dict[str, float]:
        """Relative error and leak on the held-out families, of the averaged weights; empty without any."""
        rows = self.validation_pairs[self.data.pairs.differs[self.validation_pairs].any(axis=1)]
        if len(rows) == 0:
            return {}
        network = self.averaged.network
        network.eval()
        miss = leak = size = 0.0
        for block in _blocks(rows, 256):
            reading, embeddings, (first, second) = self._read(network, block)
            targets, parts = self._targets(block), network.pack(reading)
            shares = network.predict(
                parts[first], embeddings[first], parts[second], embeddings[second]
            ).shares
            weight = targets.squared[:, None]
            miss += float(((shares - targets.shares).abs() * weight).sum())
            leak += float((shares.abs() * ~targets.differs * weight).sum())
            size += float((targets.shares.abs() * weight).sum())
        return {"relative_error": miss / max(size, 1e-9), "leak": leak / max(size, 1e-9)}

    def _set_learning_rate(self, step: int, steps: int) -> None:
        warm = min(1.0, (step + 1) / min(WARM_UP_STEPS, max(steps // 4, 1)))
        cosine = 0.5 * (1 + math.cos(math.pi * step / steps))
        for group in self.optimiser.param_groups:
            group["lr"] = self.settings.learning_rate * warm * (0.02 + 0.98 * cosine)


def _shuffle_truth(truth: Array, differs: Array, *, seed: int) -> Array:
    """The contributions of each pair dealt at random to the groups that differ in it."""
    rng = np.random.default_rng([seed, 7])
    shuffled = np.zeros_like(truth)
    for row, flags in enumerate(differs):
        groups = np.flatnonzero(flags)
        shuffled[row, groups] = truth[row, rng.permutation(groups)]
    return shuffled


def _blocks(rows: Array, size: int) -> Iterator[Array]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
