"""What a layout is: a way in which a ReID data set lies on disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from attrimeter.schemas import AttributeSchema
from attrimeter.values import PersonDataset


class LayoutReader(Protocol):
    """Reads the data set at ``root``; raises DatasetError where it does not lie in this layout.

    ``schema`` None means the layout's own schema, or no labels where it has none; ``attributes`` is an
    attribute file given by the user, None to look for one where the layout usually has it.
    """

    def __call__(
        self, root: Path, *, schema: AttributeSchema | None, attributes: Path | None
    ) -> PersonDataset: ...


@dataclass(frozen=True)
class Layout:
    """One way in which a data set can lie on disk.

    Attributes:
        name: how a user asks for it.
        looks_like: what lies where, in a few words.
        recognise: whether a root (which exists) looks like it, from a glance at few names.
        read: the reader.
    """

    name: str
    looks_like: str
    recognise: Callable[[Path], bool]
    read: LayoutReader
