"""What the fits of all forms share: epochs, the best one, a checkpoint after each, an end if they diverge."""

from __future__ import annotations

import copy
import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np
import torch
from torch import Tensor

from attrimeter.arrays import Array
from attrimeter.errors import FitError, SettingsError
from attrimeter.fitting.averaging import average_weights
from attrimeter.fitting.epoch_report import EpochReport
from attrimeter.fitting.finite import require_finite
from attrimeter.fitting.persons import FittedPersons
from attrimeter.fitting.resuming import resume_fit, save_fit
from attrimeter.interpreter import Interpreter
from attrimeter.interpreter.forms.fit_settings import FitSettings
from attrimeter.ranges import LARGEST
from attrimeter.storage.disk_space import announce

CLIPPED = 5.0
"""The largest norm of a step's gradient."""
KEPT_COPIES = 6
"""Of a network's weights on disk: the interpreter's, and in the checkpoint the newest, the averaged, the best
and two moments."""

Settings = TypeVar("Settings", bound=FitSettings)
OnBatch = Callable[[int, int], None]


class EpochFit(ABC, Generic[Settings]):
    """A fit that can be broken off at any moment and goes on exactly where its last checkpoint was written.

    Args:
        interpreter: fitted in place; after :meth:`run` it holds the best epoch's averaged weights.
        settings: how long and how fast.
        checkpoint: the file that every epoch replaces; None keeps none.

    Attributes:
        history: one row per epoch (:meth:`EpochReport.as_row`).
        best: score and averaged weights of the best epoch so far.
        epochs_done: how many.
    """

    CHOSEN_BY: ClassVar[str]
    """The validation score that chooses the epoch; without it the last one is the best."""
    HIGHER_IS_BETTER: ClassVar[bool]

    def __init__(self, interpreter: Interpreter, settings: Settings, *, checkpoint: Path | None) -> None:
        self.settings, self.checkpoint = settings, checkpoint
        self._begin(interpreter)
        self.weights = settings.weights or interpreter.form.loss_weights
        self.history: list[dict[str, float]] = []
        self.best: dict[str, Any] = {
            "score": -math.inf if self.HIGHER_IS_BETTER else math.inf,
            "network": None,
        }
        self.epochs_done = 0

    def _begin(self, interpreter: Interpreter) -> None:
        self.interpreter = interpreter
        self.optimiser = torch.optim.AdamW(
            interpreter.network.parameters(),
            lr=self.settings.learning_rate,
            weight_decay=self.settings.weight_decay,
        )
        self.average = average_weights(interpreter.network)

    @property
    def averaged(self) -> Interpreter:
        """The interpreter with the running average of the weights, which is what is validated and kept."""
        return replace(self.interpreter, network=self.average.module)

    @property
    def best_row(self) -> dict[str, float] | None:
        """The history's row of the best epoch; None before the first one."""
        best = self.best["score"]
        rows = (
            row for row in reversed(self.history) if row.get(f"validation_{self.CHOSEN_BY}", best) == best
        )
        return next(rows, None)

    def best_interpreter(self) -> Interpreter:
        """A copy of the interpreter as it was after the best epoch. Raises FitError before the first one."""
        if self.best["network"] is None:
            raise FitError("The fit has no finished epoch; run it first.")
        network = copy.deepcopy(self.interpreter.network)
        network.load_state_dict(self.best["network"])
        return replace(self.interpreter, network=network.eval())

    def run(
        self,
        *,
        resume: bool = False,
        keep: Callable[[], None] | None = None,
        on_epoch: Callable[[EpochReport], None] | None = None,
        on_batch: OnBatch | None = None,
    ) -> list[dict[str, float]]:
        """Fit, and return the history.

        Args:
            resume: go on from the checkpoint, exactly as if the run had not been broken off.
            keep: called after every epoch before its checkpoint is written, and when a run goes on: who
                keeps the best interpreter here has it at every moment, whenever the run is broken off.
            on_epoch: called after every epoch, once all of it is on disk.
            on_batch: called with (batches done, batches in all) over the whole run.

        Raises:
            SettingsError: ``resume`` without a checkpoint, or with a damaged one, or one of other settings or
                other data; held-out identities that give no score.
            FitError: a loss, a score or a weight that is no longer finite; what was kept stays.
        """
        keep = keep or (lambda: None)
        if resume:
            resume_fit(self)
            keep()
        if self.checkpoint is not None and self.epochs_done < self.settings.epochs:
            self._announce(self.checkpoint)
        while self.epochs_done < self.settings.epochs:
            report = self._run_epoch(on_batch)
            keep()
            save_fit(self)
            if on_epoch is not None:
                on_epoch(report)
        if self.best["network"] is not None:
            self.interpreter.network.load_state_dict(self.best["network"])
        self.interpreter.network.eval()
        return self.history

    @abstractmethod
    def batches(self, rng: np.random.Generator) -> Iterable[Array]:
        """The rows of the data that meet in each step of an epoch, in a random order."""

    @abstractmethod
    def learning_rate(self, epoch: int, number: int, batches: int) -> float:
        """That of step ``number`` of ``batches`` of an epoch, both from 0."""

    @abstractmethod
    def terms(self, rows: Array, rng: np.random.Generator) -> dict[str, Tensor]:
        """The unweighted loss terms of a batch by the names of :class:`LossWeights`."""

    @abstractmethod
    def validate(self) -> dict[str, float]:
        """Scores of the averaged weights on what is held out; empty without any."""

    @property
    @abstractmethod
    def persons(self) -> FittedPersons:
        """Whose pictures are fitted on, without those that are held out where they are real."""

    @property
    @abstractmethod
    def about(self) -> dict[str, Any]:
        """How much is fitted on: fields of :class:`FitFacts`."""

    @property
    def true_shares(self) -> tuple[float, ...] | None:
        """Mean true share of the squared distance of each group; None where no truth is measured."""
        return None

    @abstractmethod
    def data_identity(self) -> dict[str, Any]:
        """By what a resumed run knows its data again, as plain data."""

    def total(self, terms: Mapping[str, Tensor]) -> Tensor:
        """The weighted sum of the terms."""
        names = (field.name for field in fields(self.weights))
        return torch.stack([getattr(self.weights, n) * terms[n] for n in names if n in terms]).sum()

    def descend(self, loss: Tensor, terms: Mapping[str, Tensor]) -> dict[str, float]:
        """One step of the optimiser; the loss as "total" and its terms. Raises FitError."""
        values = {
            "total": float(loss.detach()),
            **{name: float(term.detach()) for name, term in terms.items()},
        }
        if not all(map(math.isfinite, values.values())):
            raise FitError(self._diverged("its loss is no longer a number"))
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.interpreter.network.parameters(), CLIPPED)
        self.optimiser.step()
        self.average.update_parameters(self.interpreter.network)
        return values

    def _train_epoch(
        self, epoch: int, rng: np.random.Generator, on_batch: OnBatch | None
    ) -> dict[str, float]:
        """One pass over the data; the mean of each loss term."""
        batches = list(self.batches(rng))
        sums: dict[str, float] = {}
        for number, rows in enumerate(batches):
            for group in self.optimiser.param_groups:
                group["lr"] = self.learning_rate(epoch, number, len(batches))
            terms = self.terms(rows, rng)
            for name, value in self.descend(self.total(terms), terms).items():
                sums[name] = sums.get(name, 0.0) + value
            if on_batch is not None:
                on_batch(epoch * len(batches) + number + 1, self.settings.epochs * len(batches))
        return {name: value / max(len(batches), 1) for name, value in sums.items()}

    def _announce(self, checkpoint: Path) -> None:
        """Say what the epochs that are left take. Raises StorageError where the disk cannot hold it."""
        left = self.settings.epochs - self.epochs_done
        tensors = self.interpreter.network.state_dict().values()
        announce(
            f"Interpreter and checkpoint, fitted for {left} epoch{'' if left == 1 else 's'},",
            checkpoint.parent,
            KEPT_COPIES * sum(tensor.nbytes for tensor in tensors),
            seconds=left * self._time_epoch(),
        )

    def _time_epoch(self) -> float:
        """About how many seconds an epoch takes, from two steps of a copy that nobody keeps."""
        trial, rng, seconds = copy.copy(self), np.random.default_rng(0), 0.0
        trial._begin(replace(self.interpreter, network=copy.deepcopy(self.interpreter.network).train()))
        batches = list(trial.batches(rng))
        for rows in batches[:2]:
            began = time.perf_counter()
            loss = trial.total(trial.terms(rows, rng))
            loss.backward()  # type: ignore[no-untyped-call]
            trial.optimiser.step()
            trial.average.update_parameters(trial.interpreter.network)
            float(loss.detach())
            seconds = time.perf_counter() - began
        return seconds * len(batches)

    def _run_epoch(self, on_batch: OnBatch | None) -> EpochReport:
        began, epoch = time.perf_counter(), self.epochs_done
        torch.manual_seed(epoch_seed(self.settings.seed, epoch))
        rng = np.random.default_rng([self.settings.seed, epoch])
        self.interpreter.network.train()
        train = self._train_epoch(epoch, rng, on_batch)
        require_finite(
            self._diverged("its weights are no longer numbers"), *self.average.state_dict().values()
        )
        validation = self.validate()
        score = self._score(validation)
        best = self.best["score"]
        is_best = not validation or (score >= best if self.HIGHER_IS_BETTER else score <= best)
        if is_best:
            state = self.average.module.state_dict()
            self.best = {"score": score, "network": {k: v.detach().cpu().clone() for k, v in state.items()}}
        seconds = time.perf_counter() - began
        report = EpochReport(epoch + 1, self.settings.epochs, train, validation, is_best, seconds)
        self.history.append(report.as_row())
        self.epochs_done += 1
        return report

    def _score(self, validation: Mapping[str, float]) -> float:
        score = validation.get(self.CHOSEN_BY, float(self.epochs_done))
        if not math.isfinite(score):
            raise SettingsError(
                f"What is held out to choose the epoch gives no score ({self.CHOSEN_BY} is {score}): too few "
                "persons in it differ in an attribute; hold out more with --validation-share, or none with 0."
            )
        return score

    def _diverged(self, how: str) -> str:
        return (
            f"The fit diverged in epoch {self.epochs_done + 1}: {how}; start anew with a learning rate below "
            f"{self.settings.learning_rate:g}."
        )


def epoch_seed(seed: int, epoch: int) -> int:
    """The seed of PyTorch's own generator in that epoch; any seed of the range gives one of 63 bits."""
    return (seed * 100_003 + epoch) & LARGEST
