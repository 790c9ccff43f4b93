"""Putting the state of a checkpoint back into networks and optimisers, and believing none that is damaged."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from attrimeter.errors import SettingsError

_MISFITS = (AttributeError, IndexError, KeyError, OverflowError, RuntimeError, TypeError, ValueError)


@contextmanager
def restoring(path: Path) -> Iterator[None]:
    """Say of whatever does not fit inside the block that the checkpoint at ``path`` is damaged.

    Raises:
        SettingsError: something of the state is missing, of another shape or kind, or no number.
    """
    try:
        yield
    except _MISFITS as error:
        raise SettingsError(
            f"The checkpoint {path} is damaged ({type(error).__name__}); start the run without --resume. "
            "What else the folder holds is usable as it is."
        ) from error


def load_weights(network: nn.Module, state: Any) -> None:
    """Load the weights of a network strictly. Raises RuntimeError, TypeError or ValueError."""
    _check_numbers(state)
    network.load_state_dict(state)


def load_optimiser(optimiser: torch.optim.Optimizer, state: Any) -> None:
    """Load what an optimiser has gathered; how it was set up stays. Raises ValueError and others."""
    settings = [
        {key: value for key, value in group.items() if key != "params"} for group in optimiser.param_groups
    ]
    optimiser.load_state_dict(copy.deepcopy(state))
    for group, own in zip(optimiser.param_groups, settings, strict=True):
        group.update(own)
    for parameter, gathered in optimiser.state.items():
        _check_numbers(gathered)
        if set(gathered) != {"step", "exp_avg", "exp_avg_sq"} or gathered["step"].numel() != 1:
            raise ValueError("another optimiser's state")
        if any(gathered[name].shape != parameter.shape for name in ("exp_avg", "exp_avg_sq")):
            raise ValueError("a moment of another shape")


def check_history(history: Any, *, epochs: Any, at_most: int) -> None:
    """Raise TypeError or ValueError unless there is a row of numbers for each of 1 to ``at_most`` epochs."""
    if not isinstance(history, list) or type(epochs) is not int or not 1 <= epochs <= at_most:
        raise TypeError("no history of so many epochs")
    if [row["epoch"] for row in history] != list(range(1, epochs + 1)):
        raise ValueError("a history of other epochs")
    entries = (entry for row in history for entry in row.items())
    if not all(isinstance(key, str) and isinstance(value, int | float) for key, value in entries):
        raise ValueError("a history that holds no numbers")


def _check_numbers(state: Any) -> None:
    for value in state.values():
        if not isinstance(value, Tensor):
            raise TypeError("no tensor")
        if value.is_floating_point() and not bool(torch.isfinite(value).all()):
            raise ValueError("a tensor that is not finite")
