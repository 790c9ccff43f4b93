"""What stands for a target where a command is only to hand it on."""

from __future__ import annotations

import os
from typing import Any


class FakeTarget(tuple[Any, ...]):
    """The path that was opened, and the settings that were given."""

    notes: tuple[str, ...] = ()


def open_fake(target: str | os.PathLike[str], **settings: Any) -> FakeTarget:
    """In place of ``open_target``."""
    return FakeTarget((target, settings))
