"""Which part of what a foreign module gives is the embedding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jaxtyping import Float
from torch import Tensor

from attrimeter.errors import CheckpointError

OutputChoice = int | str | Callable[[Any], Tensor] | None


def choose_embedding(given: Any, choice: OutputChoice) -> Float[Tensor, "n d"]:
    """The embeddings n x d in what a module gave; further axes of length one are dropped.

    Args:
        given: a tensor, or a tuple, list, dictionary or object of which one entry is.
        choice: its position, key or attribute, or a function that finds it; None for a tensor alone.

    Raises:
        CheckpointError: nothing there, or no n x d; what there is is listed.
    """
    try:
        found = _choose(given, choice)
    except (LookupError, AttributeError, TypeError) as error:
        raise CheckpointError(
            f"The module's output has nothing at output={choice!r}; it is {_describe(given)}."
        ) from error
    if not isinstance(found, Tensor):
        raise CheckpointError(
            f"The module gives {_describe(given)} and not one embedding for each image; say with output= "
            "which position or key of it is the embedding."
        )
    while found.ndim > 2 and found.shape[-1] == 1:
        found = found.squeeze(-1)
    if found.ndim != 2:
        raise CheckpointError(
            f"The module's embedding has shape {' x '.join(map(str, found.shape))} and must have n x d; say "
            "with output= a function that makes it so."
        )
    return found.clone() if found.is_inference() else found


def _choose(given: Any, choice: OutputChoice) -> Any:
    if choice is None:
        return given
    if callable(choice):
        return choice(given)
    if isinstance(choice, str) and not isinstance(given, Mapping):
        return getattr(given, choice)
    return given[choice]


def _describe(given: Any) -> str:
    if isinstance(given, Mapping):
        return "a dictionary of " + ", ".join(f"{key!r}: {_describe(value)}" for key, value in given.items())
    if isinstance(given, (tuple, list)):
        return f"a {type(given).__name__} of ({', '.join(map(_describe, given))})"
    if isinstance(given, Tensor):
        return " x ".join(map(str, given.shape)) or "a number"
    return f"a {type(given).__name__}"
