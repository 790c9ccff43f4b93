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


USUAL_JUNK = "-1 (any negative number) is junk and left out, 0 is a distractor: a match of no query"


@dataclass(frozen=True)
class Assumed:
    """What is taken for granted of a data set in a layout, in a few words each.

    Attributes:
        identities, cameras: where they are read.
        splits: what is trained on, what are queries and gallery.
        junk: which images are left out, and which match nobody.
    """

    identities: str
    cameras: str
    splits: str
    junk: str = USUAL_JUNK


@dataclass(frozen=True)
class Layout:
    """One way in which a data set can lie on disk.

    Attributes:
        name: how a user asks for it.
        looks_like: what lies where, in a few words.
        assumes: what is taken for granted of it.
        recognise: whether a root (which exists) looks like it, from a glance at few names.
        read: the reader.
    """

    name: str
    looks_like: str
    assumes: Assumed
    recognise: Callable[[Path], bool]
    read: LayoutReader
