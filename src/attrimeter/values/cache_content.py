"""What a cache keeps, and what was cleared of it."""

from __future__ import annotations

from dataclasses import dataclass

OLDER = "older-version"
DAMAGED = "damaged"
"""Kinds of shelf that nothing reads any more: of an older version, or without a description."""


@dataclass(frozen=True)
class KeptEntry:
    """A file or folder that can be dropped alone.

    Attributes:
        name: its path in the cache, with slashes.
        size: bytes.
        used: when it was last used, in seconds since 1970.
    """

    name: str
    size: int
    used: float


@dataclass(frozen=True)
class KeptShelf:
    """Entries of one kind and target.

    Attributes:
        name: its path in the cache, with slashes.
        kind: such as "maps", or OLDER or DAMAGED.
        target: name of the target that they were made with; "" where that is not known, or none was.
        fingerprint: of that target, or as much of it as is known.
        entries: what is kept.
        in_use: whether a running job uses any of it.
    """

    name: str
    kind: str
    target: str
    fingerprint: str
    entries: tuple[KeptEntry, ...]
    in_use: bool = False

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(entry.size for entry in self.entries)

    @property
    def used(self) -> float | None:
        """When any of it was last used, in seconds since 1970; None where there is nothing."""
        return max((entry.used for entry in self.entries), default=None)


@dataclass(frozen=True)
class CacheContent:
    """All that a cache keeps.

    Attributes:
        folder: of the cache.
        limit: bytes that it may grow to; None for no limit.
        shelves: by kind and target.
    """

    folder: str
    limit: int | None
    shelves: tuple[KeptShelf, ...]

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(shelf.size for shelf in self.shelves)


@dataclass(frozen=True)
class Cleared:
    """What was taken out of a cache.

    Attributes:
        folder: of the cache.
        entries: what was removed.
        in_use: what was asked for and stayed, because a running job uses it.
    """

    folder: str
    entries: tuple[KeptEntry, ...]
    in_use: tuple[KeptEntry, ...]

    @property
    def size(self) -> int:
        """Bytes that are free again."""
        return sum(entry.size for entry in self.entries)
