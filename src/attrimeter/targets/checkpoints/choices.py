"""What a user says of a model because its tensors do not tell it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from attrimeter.errors import SettingsError
from attrimeter.ranges import RANGES, check_number, shorten
from attrimeter.targets.profile import Profile


@dataclass(frozen=True)
class Choices:
    """Last stride and input size of a model; what is None is left to its profile.

    Attributes:
        last_stride: of the last stage of a ResNet, 1 or 2.
        input_size: (height, width) of the network's input.

    Raises:
        SettingsError: another stride, or a size that is no two whole numbers from 16 to 4096.
    """

    last_stride: int | None = None
    input_size: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if self.last_stride is not None:
            check_number("last_stride", self.last_stride)
        if self.input_size is not None:
            object.__setattr__(self, "input_size", _as_size(self.input_size))

    def fields(self) -> dict[str, Any]:
        """The fields of a profile that are chosen."""
        chosen = {"last_stride": self.last_stride, "image_size": self.input_size}
        return {name: value for name, value in chosen.items() if value is not None}

    def suit(self, profile: Profile) -> bool:
        """Whether they can be made for the profile: not all bodies have a last stride."""
        return self.last_stride is None or profile.has_last_stride

    def apply(self, profile: Profile) -> Profile:
        """The profile with what is chosen. Raises SettingsError where they do not :meth:`suit` it."""
        if not self.suit(profile):
            raise SettingsError(
                f"The body of {profile.name} ({profile.architecture}) has no last stride to choose; leave "
                "--last-stride out."
            )
        return replace(profile, **self.fields())


NO_CHOICES = Choices()


def _as_size(given: object) -> tuple[int, int]:
    sides = tuple(given) if isinstance(given, list | tuple) else ()
    if len(sides) != 2 or not all(map(RANGES["input_side"].holds, sides)):
        raise SettingsError(
            f"input_size must be (height, width), each {RANGES['input_side']}, such as (256, 128); got "
            f"{shorten(given)}."
        )
    return int(sides[0]), int(sides[1])
