"""Fitting an interpreter: epochs over cached maps, a checkpoint after each, the best epoch kept."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch

from attrimeter.errors import SettingsError
from attrimeter.fitting.averaging import average_weights
from attrimeter.fitting.batches import hold_out_identities, identity_batches
from attrimeter.fitting.checkpoint import read_checkpoint, write_checkpoint
from attrimeter.fitting.fit_data import FitData
from attrimeter.fitting.map_cache import LAYERS
from attrimeter.fitting.objective import Objective
from attrimeter.fitting.prevalence import label_prevalence
from attrimeter.fitting.settings import FORM_WEIGHTS, FitSettings, epoch_seed
from attrimeter.fitting.validation import validate_interpreter
from attrimeter.interpreter import AttentionNetwork, Interpreter
from attrimeter.losses import template_targets

Array = np.ndarray[Any, np.dtype[Any]]
CHOSEN_BY = "ex_map_d"


@dataclass(frozen=True)
class EpochReport:
    """One finished epoch.

    Attributes:
        epoch: 1, 2, ..., ``epochs``.
        train: mean of each loss term over the epoch.
        validation: scores on the held-out identities (empty without any).
        is_best: whether this epoch is the best so far.
        seconds: it took.
    """

    epoch: int
    epochs: int
    train: Mapping[str, float]
    validation: Mapping[str, float]
    is_best: bool
    seconds: float

    def as_row(self) -> dict[str, float]:
        """One flat row: epoch, seconds, train_<term>, validation_<score>."""
        row = {"epoch": float(self.epoch), "seconds": self.seconds}
        row |= {f"train_{name}": value for name, value in self.train.items()}
        return row | {f"validation_{name}": value for name, value in self.validation.items()}


class InterpreterFit:
    """The fit of one interpreter on one set of images.

    Args:
        interpreter: fitted in place; after :meth:`run` it holds the best epoch's averaged weights.
        data: the labelled images.
        settings: how long and how fast.
        checkpoint: the file that every epoch replaces; None keeps none.
    """

    def __init__(
        self,
        interpreter: Interpreter,
        data: FitData,
        settings: FitSettings,
        *,
        checkpoint: Path | None = None,
    ) -> None:
        self.interpreter, self.data, self.settings, self.checkpoint = interpreter, data, settings, checkpoint
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
        self.optimiser = torch.optim.AdamW(
            interpreter.network.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay
        )
        self.average = average_weights(interpreter.network)
        self.history: list[dict[str, float]] = []
        self.best: dict[str, Any] = {"score": -math.inf, "network": None}

    @property
    def averaged(self) -> Interpreter:
        """The interpreter with the running average of the weights, which is what is validated and kept."""
        return replace(self.interpreter, network=cast(AttentionNetwork, self.average.module))

    def run(
        self,
        *,
        resume: bool = False,
        on_epoch: Callable[[EpochReport], None] | None = None,
        on_batch: Callable[[int, int], None] | None = None,
    ) -> list[dict[str, float]]:
        """Fit, and return one row per epoch (:meth:`EpochReport.as_row`).

        Args:
            resume: go on from the checkpoint, exactly as if the run had not been broken off.
            on_epoch: called after every epoch, once its checkpoint is on disk.
            on_batch: called with (batches done, batches in all) over the whole run.

        Raises:
            SettingsError: ``resume`` without a checkpoint, or with one of other settings or other data.
        """
        start = self._resume() if resume else 0
        self.interpreter.network.train()
        for epoch in range(start, self.settings.epochs):
            report = self._run_epoch(epoch, on_batch)
            if on_epoch is not None:
                on_epoch(report)
        if self.best["network"] is not None:
            self.interpreter.network.load_state_dict(self.best["network"])
        self.interpreter.network.eval()
        return self.history

    def _run_epoch(self, epoch: int, on_batch: Callable[[int, int], None] | None) -> EpochReport:
        began = time.perf_counter()
        torch.manual_seed(epoch_seed(self.settings.seed, epoch))
        rng = np.random.default_rng([self.settings.seed, epoch])
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
        train = {name: value / max(len(batches), 1) for name, value in sums.items()}
        validation = validate_interpreter(self.averaged, self.data, self.validation_rows)
        score = validation.get(CHOSEN_BY, float(epoch))
        is_best = score >= self.best["score"]
        if is_best:
            state = self.averaged.network.state_dict()
            self.best = {"score": score, "network": {k: v.detach().cpu().clone() for k, v in state.items()}}
        report = EpochReport(
            epoch + 1, self.settings.epochs, train, validation, is_best, time.perf_counter() - began
        )
        self.history.append(report.as_row())
        self._save(epoch + 1)
        return report

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
        loss = self.objective.total(terms)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(interpreter.network.parameters(), 5.0)
        self.optimiser.step()
        self.average.update_parameters(interpreter.network)
        return {"total": float(loss.detach()), **{name: float(term.detach()) for name, term in terms.items()}}

    def _set_learning_rate(self, position: float) -> None:
        whole = self.settings.epochs
        warm = min(1.0, (position + 0.02) / 1.0) if whole > 1 else 1.0
        cosine = 0.5 * (1 + math.cos(math.pi * position / whole))
        for group in self.optimiser.param_groups:
            group["lr"] = self.settings.learning_rate * warm * (0.01 + 0.99 * cosine)

    def _identity(self) -> dict[str, Any]:
        settings = asdict(self.settings)
        return {
            "settings": settings,
            "interpreter": asdict(self.interpreter.settings),
            "target": self.interpreter.target.fingerprint,
            "schema": list(self.interpreter.schema.names),
            "images": len(self.data.images),
        }

    def _save(self, epoch: int) -> None:
        if self.checkpoint is None:
            return
        write_checkpoint(
            self.checkpoint,
            identity=self._identity(),
            state={
                "epoch": epoch,
                "network": self.interpreter.network.state_dict(),
                "average": self.average.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "best": self.best,
                "history": self.history,
            },
        )

    def _resume(self) -> int:
        if self.checkpoint is None:
            raise SettingsError("There is nothing to resume from: this fit keeps no checkpoint.")
        state = read_checkpoint(self.checkpoint, identity=self._identity())
        self.interpreter.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(copy.deepcopy(state["optimiser"]))
        self.best, self.history = state["best"], state["history"]
        return int(state["epoch"])
