"""Keeping a fit on disk after every epoch, and going on from there as if it had not been broken off."""

from __future__ import annotations

import copy
import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from attrimeter.errors import SettingsError
from attrimeter.fitting.checkpoint import read_checkpoint, write_checkpoint
from attrimeter.fitting.restoring import check_history, load_optimiser, load_weights, restoring
from attrimeter.schemas import schema_to_dict

if TYPE_CHECKING:
    from attrimeter.fitting.epoch_fit import EpochFit


def save_fit(fit: EpochFit[Any]) -> None:
    """Replace the fit's checkpoint, if it keeps one. Raises StorageError."""
    if fit.checkpoint is None:
        return
    state = {
        "epoch": fit.epochs_done,
        "network": fit.interpreter.network.state_dict(),
        "average": fit.average.state_dict(),
        "optimiser": fit.optimiser.state_dict(),
        "best": fit.best,
        "history": fit.history,
        "target": fit.interpreter.target.identity.to_dict(),
    }
    write_checkpoint(fit.checkpoint, identity=_identity(fit), state=state)


def resume_fit(fit: EpochFit[Any]) -> None:
    """Put the fit where its checkpoint was written.

    Raises:
        SettingsError: it keeps no checkpoint, or the one there is damaged, of other settings or other data,
            or of another target.
    """
    if fit.checkpoint is None:
        raise SettingsError("There is nothing to resume from: this fit keeps no checkpoint.")
    state = read_checkpoint(fit.checkpoint, identity=_identity(fit))
    kept = state.get("target")
    mismatch = fit.interpreter.target.identity.mismatch(kept) if isinstance(kept, dict) else None
    if mismatch is not None:
        raise SettingsError(
            f"The checkpoint {fit.checkpoint} is of a fit on a target {mismatch}; start anew without "
            "--resume."
        )
    with restoring(fit.checkpoint):
        epoch, best, history = state["epoch"], state["best"], state["history"]
        check_history(history, epochs=epoch, at_most=fit.settings.epochs)
        if not math.isfinite(best["score"]):
            raise ValueError("the best score is no number")
        load_weights(copy.deepcopy(fit.interpreter.network), best["network"])
        load_weights(fit.interpreter.network, state["network"])
        load_weights(fit.average, state["average"])
        load_optimiser(fit.optimiser, state["optimiser"])
    fit.best, fit.history, fit.epochs_done = best, history, epoch


def _identity(fit: EpochFit[Any]) -> dict[str, Any]:
    return {
        "settings": asdict(fit.settings),
        "interpreter": asdict(fit.interpreter.settings),
        "target": fit.interpreter.target.fingerprint,
        "schema": schema_to_dict(fit.interpreter.schema),
        **fit.data_identity(),
    }
