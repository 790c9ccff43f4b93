"""The distance by which a target compares two images, and how it follows from their embeddings."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeVar

from attrimeter.errors import SettingsError

Number = TypeVar("Number")
"""A float, an array or a tensor; what is made of it is of the same kind and shape."""


class Metric(StrEnum):
    """Euclidean distance, or cosine distance: 1 - the cosine of the angle between two embeddings, in [0, 2].

    For the latter, embeddings have length one. The *chord* is the Euclidean distance of two embeddings as
    they are; a cosine distance is half its square. A member is equal to its name and is written as it.
    """

    EUCLIDEAN = "euclidean"
    COSINE = "cosine"

    @classmethod
    def named(cls, name: str) -> Metric:
        """The metric of that name.

        Raises:
            SettingsError: there is none.
        """
        if name not in list(cls):
            raise SettingsError(f"The metric {name!r} is not known; choose {' or '.join(cls)}.")
        return cls(name)

    @property
    def has_unit_length(self) -> bool:
        """Whether embeddings are divided by their length."""
        return self is Metric.COSINE

    def from_chord(self, chord: Number) -> Number:
        """The distance of two embeddings that lie ``chord`` apart."""
        given: Any = chord
        distance: Number = given**2 / 2 if self is Metric.COSINE else given
        return distance

    def from_squared(self, squared: Number) -> Number:
        """The distance of two embeddings whose squared Euclidean distance is ``squared``, 0 or more."""
        given: Any = squared
        distance: Number = given / 2 if self is Metric.COSINE else given**0.5
        return distance

    def to_squared(self, distance: Number) -> Number:
        """The squared Euclidean distance of two embeddings at this distance."""
        given: Any = distance
        squared: Number = 2 * given if self is Metric.COSINE else given**2
        return squared

    def parts_from_chord(self, parts: Number, chord: Any) -> Number:
        """What adds up to a chord, scaled so that it adds up to the distance."""
        given: Any = parts
        scaled: Number = given * (chord / 2) if self is Metric.COSINE else given
        return scaled

    def parts_to_squared(self, parts: Number, chord: Any) -> Number:
        """What adds up to a distance, scaled so that it adds up to the squared Euclidean distance."""
        given: Any = parts
        scaled: Number = given * (2 if self is Metric.COSINE else chord)
        return scaled
