"""Names that a shell offers for the value of an option; files and folders it offers by itself."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module


def words(*names: str) -> Callable[[], list[str]]:
    """An option's ``autocompletion`` that offers these names."""
    return lambda: list(names)


def names_in(catalogue: str) -> Callable[[], list[str]]:
    """An option's ``autocompletion`` that offers the keys of ``module:NAME``, imported when it is asked."""
    module, _, name = catalogue.partition(":")
    return lambda: list(getattr(import_module(module), name))
