"""An interpreter's folder during a fit: whenever it breaks off, what is there opens and the fit can go on."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attrimeter.errors import FitError, SettingsError
from attrimeter.figures import draw_losses, save_figure
from attrimeter.fitting.epoch_fit import EpochFit, EpochReport
from attrimeter.interpreter import save_interpreter
from attrimeter.interpreter.folder import SETTINGS_FILE
from attrimeter.storage import write_json
from attrimeter.values import Skipped

CHECKPOINT, HISTORY, LOSSES = "checkpoint.pt", "history.json", "losses.png"


@dataclass(frozen=True)
class FitListener:
    """Who follows a fit; every part may be None.

    Attributes:
        on_maps: (images done, images in all) while the target's maps are computed.
        on_batch: (batches done, batches in all).
        on_epoch: after each epoch, once it is on disk.
        on_skipped: once, with the files that could not be read.
    """

    on_maps: Callable[[int, int], None] | None = None
    on_batch: Callable[[int, int], None] | None = None
    on_epoch: Callable[[EpochReport], None] | None = None
    on_skipped: Callable[[tuple[Skipped, ...]], None] | None = None


def check_resumable(folder: Path) -> None:
    """Raise SettingsError if there is no checkpoint to go on from."""
    if not (folder / CHECKPOINT).is_file():
        raise SettingsError(f"There is no checkpoint in {folder} to resume from; leave out --resume.")


def fit_into_folder(
    fit: EpochFit[Any], folder: Path, *, target_name: str, resume: bool, listener: FitListener
) -> None:
    """Run a fit and keep its best interpreter, its history and its losses in the folder, epoch by epoch.

    They are written before the checkpoint, and made anew from it when a run goes on. So a fit that was killed
    at any moment and resumed leaves what an unbroken one leaves.

    Args:
        fit: whose interpreter has its facts and baseline already; the epoch that is kept is added to them.

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
            fit.interpreter.facts["fit"] |= _facts_of(best)
            save_interpreter(folder, fit.best_interpreter(), target_name=target_name)
        write_history(folder, fit.history)

    try:
        fit.run(resume=resume, keep=keep, on_epoch=listener.on_epoch, on_batch=listener.on_batch)
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
