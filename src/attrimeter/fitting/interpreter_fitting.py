"""Fitting an interpreter: epochs over cached maps, a checkpoint after each, the best epoch kept."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import torch

from attrimeter.caching.map_cache import LAYERS
from attrimeter.fitting.batches import hold_out_identities, identity_batches
from attrimeter.fitting.epoch_fit import EpochFit, OnBatch
from attrimeter.fitting.fit_data import FitData, digest_images
from attrimeter.fitting.objective import Objective
from attrimeter.fitting.prevalence import label_prevalence
from attrimeter.fitting.settings import FORM_WEIGHTS, FitSettings
from attrimeter.fitting.validation import validate_interpreter
from attrimeter.interpreter import Interpreter
from attrimeter.losses import template_targets

Array = np.ndarray[Any, np.dtype[Any]]


class InterpreterFit(EpochFit[Interpreter, FitSettings]):
    """The fit of one interpreter on one set of images.

    Args:
        interpreter: fitted in place; after :meth:`run` it holds the best epoch's averaged weights.
        data: the labelled images.
        settings: how long and how fast.
        checkpoint: the file that every epoch replaces; None keeps none.
    """

    CHOSEN_BY = "ex_map_d"
    HIGHER_IS_BETTER = True

    def __init__(
        self,
        interpreter: Interpreter,
        data: FitData,
        settings: FitSettings,
        *,
        checkpoint: Path | None = None,
    ) -> None:
        super().__init__(interpreter, settings, checkpoint=checkpoint)
        self.data = data
        device = interpreter.target.device
        images = data.images
        held_out = hold_out_identities(images.identities, share=settings.validation_share, seed=settings.seed)
        self.fit_rows, self.validation_rows = np.flatnonzero(~held_out), np.flatnonzero(held_out)
        self.labels = torch.from_numpy(images.labels).to(device)
        schema = interpreter.schema
        map_size = tuple(data.views[0].gather(self.fit_rows[:1], "last").shape[2:])
        self.objective = Objective(
            weights=settings.weights or FORM_WEIGHTS[interpreter.settings.form],
            prevalence=label_prevalence(images.labels[self.fit_rows]).to(device),
            template=template_targets(schema, (map_size[0], map_size[1])).to(device),
            group_index=torch.from_numpy(schema.group_index).to(device),
        )

    def train_epoch(self, epoch: int, rng: np.random.Generator, on_batch: OnBatch | None) -> dict[str, float]:
        batches = list(
            identity_batches(
                self.data.images.identities[self.fit_rows],
                batch_images=self.settings.batch_images,
                images_per_identity=self.settings.images_per_identity,
                rng=rng,
            )
        )
        sums: dict[str, float] = {}
        for number, batch in enumerate(batches):
            self._set_learning_rate(epoch + number / len(batches))
            for name, value in self._step(self.fit_rows[batch], rng).items():
                sums[name] = sums.get(name, 0.0) + value
            if on_batch is not None:
                on_batch(epoch * len(batches) + number + 1, self.settings.epochs * len(batches))
        return {name: value / max(len(batches), 1) for name, value in sums.items()}

    def validate(self) -> dict[str, float]:
        """Of the averaged weights on the held-out identities; see :mod:`attrimeter.fitting.validation`."""
        return validate_interpreter(self.averaged, self.data, self.validation_rows)

    def data_identity(self) -> dict[str, Any]:
        """The images with what is said of them."""
        return {"images": len(self.data.images), "data": digest_images(self.data.images)}

    def _step(self, rows: Array, rng: np.random.Generator) -> dict[str, float]:
        interpreter, device = self.interpreter, self.interpreter.target.device
        sides = rng.integers(0, len(self.data.views), size=len(rows))
        last, shallow = (self.data.batch_maps(rows, sides, layer).to(device) for layer in LAYERS)
        targets = self.data.batch_targets(rows, sides)
        reading = interpreter.read_maps(last, shallow)
        terms = self.objective.terms(
            interpreter,
            reading,
            self.labels[torch.from_numpy(rows).to(device)],
            None if targets is None else targets.to(device),
        )
        return self.descend(self.objective.total(terms), terms)

    def _set_learning_rate(self, position: float) -> None:
        whole = self.settings.epochs
        warm = min(1.0, (position + 0.02) / 1.0) if whole > 1 else 1.0
        cosine = 0.5 * (1 + math.cos(math.pi * position / whole))
        for group in self.optimiser.param_groups:
            group["lr"] = self.settings.learning_rate * warm * (0.01 + 0.99 * cosine)
