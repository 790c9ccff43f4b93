"""Reading and replacing what a layer of a foreign module gives, by forward hooks that are gone afterwards."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from torch import Tensor, nn

from attrimeter.errors import CheckpointError

_SHOWN = 5


def find_layer(module: nn.Module, name: str, *, option: str) -> nn.Module:
    """The layer of that name, as ``module.named_modules()`` has it.

    Args:
        option: what the user gave the name for.

    Raises:
        CheckpointError: no such layer; the nearest names are listed.
    """
    names = [known for known, _ in module.named_modules() if known]
    if name in names:
        return module.get_submodule(name)
    near = difflib.get_close_matches(name, names, n=_SHOWN, cutoff=0.5)
    listed = near or [known for known, _ in module.named_children()][-_SHOWN:]
    hint = (
        f"{'near ones' if near else 'its last parts'} are {', '.join(listed)}"
        if listed
        else "it has no parts"
    )
    raise CheckpointError(
        f"{type(module).__name__} has no layer {name!r} for {option}: {hint}; "
        "[name for name, _ in module.named_modules()] lists them all."
    )


@contextmanager
def reading(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, Tensor]]:
    """Fills a dictionary with a copy of what each layer gives while the context lasts.

    Of a tuple the first tensor is taken; of a layer that runs several times the last output.
    """
    seen: dict[str, Tensor] = {}

    def keep(name: str, output: Any) -> None:
        # A copy, because the next layer may work in place.
        seen[name] = _first_tensor(output, name).clone()

    handles = [
        layer.register_forward_hook(lambda _, __, output, name=name: keep(name, output))
        for name, layer in layers.items()
    ]
    try:
        yield seen
    finally:
        for handle in handles:
            handle.remove()


@contextmanager
def replacing(layer: nn.Module, value: Tensor) -> Iterator[None]:
    """While the context lasts, ``layer`` gives a copy of ``value`` whatever it computes."""

    def put(_: nn.Module, __: Any, output: Any) -> Any:
        return (value.clone(), *output[1:]) if isinstance(output, tuple) else value.clone()

    handle = layer.register_forward_hook(put)
    try:
        yield
    finally:
        handle.remove()


def _first_tensor(output: Any, name: str) -> Tensor:
    found = output[0] if isinstance(output, (tuple, list)) and output else output
    if not isinstance(found, Tensor):
        raise CheckpointError(
            f"The layer for {name} gives a {type(output).__name__} and no tensor; name a layer inside it."
        )
    return found
