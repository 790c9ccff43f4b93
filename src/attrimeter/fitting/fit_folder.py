"""An interpreter's folder during a fit: whenever it breaks off, what is there opens and the fit can go on."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrimeter.errors import FitError, SettingsError
from attrimeter.figures import draw_losses, save_figure
from attrimeter.fitting.epoch_fit import EpochFit, OnBatch
from attrimeter.fitting.epoch_report import EpochReport
from attrimeter.interpreter import save_interpreter
from attrimeter.interpreter.folder import SETTINGS_FILE
from attrimeter.storage import write_json

_LOG = logging.getLogger(__name__)
OnEpoch = Callable[[EpochReport], None]
CHECKPOINT, HISTORY, LOSSES = "checkpoint.pt", "history.json", "losses.png"


def check_resumable(folder: Path) -> None:
    """Raise SettingsError if there is no checkpoint to go on from."""
    if not (folder / CHECKPOINT).is_file():
        raise SettingsError(f"There is no checkpoint in {folder} to resume from; leave out --resume.")


def fit_into_folder(
    fit: EpochFit[Any],
    folder: Path,
    *,
    target_name: str,
    resume: bool,
    on_batch: OnBatch | None = None,
    on_epoch: OnEpoch | None = None,
) -> None:
    """Run a fit and keep its best interpreter, its history and its losses in the folder, epoch by epoch.

    They are written before the checkpoint, and made anew from it when a run goes on. So a fit that was killed
    at any moment and resumed leaves what an unbroken one leaves.

    Args:
        fit: whose interpreter has its facts and baseline already; the epoch that is kept is added to them.
        on_batch: called with (batches done, batches in all).
        on_epoch: called after each epoch, once it is on disk and in the log ``attrimeter``.

    Raises:
        SettingsError, FitError: as :meth:`EpochFit.run`; a FitError says what is in the folder now.
        StorageError: the folder cannot be written.
    """
    kept: dict[str, float] | None = None

    def keep() -> None:
        nonlocal kept
        best = fit.best_row
        if best is not None and best is not kept:
            kept = best
            facts = fit.interpreter.facts
            of_fit = facts.fit.model_copy(update=_facts_of(best))
            fit.interpreter.facts = facts.model_copy(update={"fit": of_fit})
            save_interpreter(folder, fit.best_interpreter(), target_name=target_name)
        write_history(folder, fit.history)

    def tell(report: EpochReport) -> None:
        _LOG.info("%s", epoch_line(report))
        if on_epoch is not None:
            on_epoch(report)

    try:
        fit.run(resume=resume, keep=keep, on_epoch=tell, on_batch=on_batch)
    except FitError as error:
        raise FitError(f"{error} {_what_is_there(folder, kept)}") from error


def _facts_of(row: dict[str, float]) -> dict[str, Any]:
    scores = {k.removeprefix("validation_"): finite(v) for k, v in row.items() if k.startswith("validation_")}
    return {"epoch": int(row["epoch"]), "validation": scores}


def _what_is_there(folder: Path, kept: dict[str, float] | None) -> str:
    if kept is not None:
        return f"The interpreter in {folder} is that of epoch {int(kept['epoch'])}, the best until then."
    if (folder / SETTINGS_FILE).is_file():
        return f"No interpreter was written; the one in {folder} is that of an earlier fit."
    return "No interpreter was written."


def write_history(folder: Path, history: list[dict[str, float]]) -> None:
    """Keep the epochs of a fit as numbers and as a figure."""
    write_json(folder / HISTORY, [{k: finite(v) for k, v in row.items()} for row in history])
    save_figure(folder / LOSSES, draw_losses(history))


def finite(value: float) -> float | None:
    """The number as JSON can hold it: None for NaN and infinities."""
    return value if math.isfinite(value) else None


def epoch_line(report: EpochReport) -> str:
    """One line on an epoch: its losses, its scores on the held-out identities, and its time."""
    losses = "  ".join(f"{name} {value:.3f}" for name, value in report.train.items())
    names = {"ex_map_d": "Ex_mAP_d", "other": "other share", "gap": "gap"}
    scores = "  ".join(
        f"{names[k]} {value:.1f} %" if k in names else f"{k.replace('_', ' ')} {value:.3f}"
        for k, value in report.validation.items()
    )
    held_out = f"  | held out: {scores}" if scores else ""
    mark = "  (best so far)" if report.is_best else ""
    return f"epoch {report.epoch:>2}/{report.epochs}  {losses}{held_out}  {report.seconds:.0f} s{mark}"
