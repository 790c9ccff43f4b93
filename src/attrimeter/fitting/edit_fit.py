"""Fitting a form on measured edits: what its epochs read, and what they are asked for."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from attrimeter.arrays import Array
from attrimeter.caching.edit_cache import EditData
from attrimeter.fitting.epoch_fit import EpochFit
from attrimeter.fitting.fit_data import digest_images
from attrimeter.fitting.persons import FittedPersons
from attrimeter.fitting.real_evidence import RealEvidence
from attrimeter.interpreter import Interpreter
from attrimeter.interpreter.forms.counterfactual.group_reader import GroupReading
from attrimeter.interpreter.forms.counterfactual.pair_head import PairPrediction
from attrimeter.interpreter.forms.fit_settings import EditFitSettings
from attrimeter.losses import (
    EditTargets,
    cover_loss,
    differ_loss,
    evidence_loss,
    move_loss,
    share_loss,
    value_loss,
)
from attrimeter.synthesis.scenes import STANDARD

WARM_UP_STEPS = 100


class EditFit(EpochFit[EditFitSettings]):
    """The fit of one interpreter on the edits of one target.

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
        interpreter: Interpreter,
        data: EditData,
        settings: EditFitSettings,
        *,
        real: RealEvidence | None = None,
        checkpoint: Path | None = None,
    ) -> None:
        super().__init__(interpreter, settings, checkpoint=checkpoint)
        self.data, self.real = data, real
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

    def batches(self, rng: np.random.Generator) -> Iterator[Array]:
        """The pairs of a few families each; families that do not fill a last step wait for the next epoch."""
        order, size = rng.permutation(self.fit_families), self.settings.batch_families
        for number in range(max(len(order) // size, 1)):
            yield np.concatenate(
                [self.by_family[family] for family in order[number * size : (number + 1) * size]]
            )

    def learning_rate(self, epoch: int, number: int, batches: int) -> float:
        """A cosine to 2 % with a linear warm-up over 100 steps, or a quarter of all."""
        step, steps = epoch * batches + number, self.settings.epochs * batches
        warm = min(1.0, (step + 1) / min(WARM_UP_STEPS, max(steps // 4, 1)))
        cosine = 0.5 * (1 + math.cos(math.pi * step / steps))
        return self.settings.learning_rate * warm * (0.02 + 0.98 * cosine)

    @property
    def persons(self) -> FittedPersons:
        """The labelled images; without any the rendered persons, of whom an edited one is another person."""
        if self.real is not None:
            images = self.real.images
            return FittedPersons(self.real.maps.embeddings, images.labels, images.identities)
        pictures, pairs = np.arange(int(self.data.starts[-1])), self.data.pairs
        same = ~pairs.differs.any(axis=1)
        identities = pictures.copy()
        identities[pairs.second[same]] = identities[pairs.first[same]]
        labels = self.data.gather(pictures, "labels").numpy()
        return FittedPersons(self.data.gather(pictures, "embeddings"), labels, identities)

    @property
    def about(self) -> dict[str, Any]:
        pairs, scene = self.data.pairs, self.settings.scene
        return {
            "pairs": int(pairs.differs.any(axis=1).sum()),
            "families": len(np.unique(pairs.families)),
            "real_images": 0 if self.real is None else len(self.real),
            **({} if scene == STANDARD else {"scene": scene}),
        }

    @property
    def true_shares(self) -> tuple[float, ...]:
        """Over the pairs in which the group differs; pairs within one view, which have no *other*, are left
        out."""
        pairs = self.data.pairs
        shares = pairs.truth / np.maximum(pairs.total, 1e-9)[:, None]
        differs = pairs.differs & (pairs.none > 0)[:, None]
        return tuple(map(float, (shares * differs).sum(axis=0) / np.maximum(differs.sum(axis=0), 1)))

    def data_identity(self) -> dict[str, Any]:
        """The number of pairs, which the settings choose, and the real images with what is said of them."""
        real = None if self.real is None else digest_images(self.real.images)
        return {"pairs": len(self.data.pairs.total), "real": real}

    def terms(self, rows: Array, rng: np.random.Generator) -> dict[str, Tensor]:
        """Of the pairs ``rows``, and of some labelled images."""
        network = self.interpreter.network
        reading, embeddings, (first, second) = self._read(network, rows)
        targets = self._targets(rows)
        revealed = targets.differs.float() if rng.random() < self.settings.reveal else None
        parts = network.pack(reading)
        prediction = network.predict(
            parts[first], embeddings[first], parts[second], embeddings[second], revealed=revealed
        )
        terms = self._edit_terms(prediction, targets)
        terms |= self._picture_terms(reading, rows)
        if self.real is not None:
            terms["real"] = self.real.loss(self.interpreter, rng)
        return terms

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
        states = self.interpreter.network.read_attributes(reading.features)
        return {"cover": cover_loss(reading.scores, cover), "evidence": evidence_loss(states, labels)}

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
