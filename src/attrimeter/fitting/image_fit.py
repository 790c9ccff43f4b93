"""Fitting a form on labelled images: what its epochs read, and what they are asked for."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from attrimeter.arrays import Array
from attrimeter.caching.cached_maps import LAYERS
from attrimeter.fitting.batches import hold_out_identities, identity_batches
from attrimeter.fitting.epoch_fit import EpochFit
from attrimeter.fitting.fit_data import FitData, digest_images
from attrimeter.fitting.objective import Objective
from attrimeter.fitting.persons import FittedPersons
from attrimeter.fitting.prevalence import label_prevalence
from attrimeter.fitting.validation import validate_interpreter
from attrimeter.interpreter import Interpreter
from attrimeter.interpreter.forms.fit_settings import ImageFitSettings
from attrimeter.losses import template_targets


class ImageFit(EpochFit[ImageFitSettings]):
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
        settings: ImageFitSettings,
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
            weights=self.weights,
            prevalence=label_prevalence(images.labels[self.fit_rows]).to(device),
            template=template_targets(schema, (map_size[0], map_size[1])).to(device),
            group_index=torch.from_numpy(schema.group_index).to(device),
        )

    def batches(self, rng: np.random.Generator) -> Iterator[Array]:
        """All fitting images once, a few of one identity beside each other."""
        identities, settings = self.data.images.identities[self.fit_rows], self.settings
        for batch in identity_batches(
            identities,
            batch_images=settings.batch_images,
            images_per_identity=settings.images_per_identity,
            rng=rng,
        ):
            yield self.fit_rows[batch]

    def learning_rate(self, epoch: int, number: int, batches: int) -> float:
        """A cosine to 1 % with one epoch of linear warm-up."""
        position, whole = epoch + number / batches, self.settings.epochs
        warm = min(1.0, (position + 0.02) / 1.0) if whole > 1 else 1.0
        cosine = 0.5 * (1 + math.cos(math.pi * position / whole))
        return self.settings.learning_rate * warm * (0.01 + 0.99 * cosine)

    def validate(self) -> dict[str, float]:
        """Of the averaged weights on the held-out identities; see :mod:`attrimeter.fitting.validation`."""
        return validate_interpreter(self.averaged, self.data, self.validation_rows)

    @property
    def persons(self) -> FittedPersons:
        images = self.data.images.take(self.fit_rows)
        embeddings = self.data.views[0].embeddings[torch.from_numpy(self.fit_rows)]
        return FittedPersons(embeddings, images.labels, images.identities)

    @property
    def about(self) -> dict[str, Any]:
        identities = self.data.images.identities
        return {
            "images": len(self.data.images),
            "identities": len(np.unique(identities)),
            "validation_identities": len(np.unique(identities[self.validation_rows])),
        }

    def data_identity(self) -> dict[str, Any]:
        """The images with what is said of them."""
        return {"images": len(self.data.images), "data": digest_images(self.data.images)}

    def terms(self, rows: Array, rng: np.random.Generator) -> dict[str, Tensor]:
        """Of the images ``rows``, each or its mirror image at random."""
        interpreter, device = self.interpreter, self.interpreter.target.device
        sides = rng.integers(0, len(self.data.views), size=len(rows))
        last, shallow = (self.data.batch_maps(rows, sides, layer).to(device) for layer in LAYERS)
        targets = self.data.batch_targets(rows, sides)
        return self.objective.terms(
            interpreter,
            interpreter.read_maps(last, shallow),
            self.labels[torch.from_numpy(rows).to(device)],
            None if targets is None else targets.to(device),
        )
