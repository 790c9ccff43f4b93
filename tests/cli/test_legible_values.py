from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from attrimeter.cli.legible_values import legible_value


@dataclass(frozen=True)
class Inner:
    name: str
    path: Path = Path("a\nb")


@dataclass(frozen=True)
class Outer:
    names: tuple[str, ...]
    parts: Any
    pixels: np.ndarray[Any, Any]
    made: str = field(init=False, default="made\n")


def test_every_text_is_on_one_line_and_the_rest_as_it_was() -> None:
    pixels = np.zeros(3)
    value = Outer(("a\nb", "ü"), MappingProxyType({"k\x1b": [Inner("n\u202e"), 1.5, None]}), pixels)
    shown = legible_value((value, "x\ty"))
    assert shown[1] == r"x\ty" and shown[0].names == (r"a\nb", "ü")
    assert shown[0].parts == {r"k\x1b": [Inner(r"n\u202e"), 1.5, None]}
    assert shown[0].pixels is pixels and value.names == ("a\nb", "ü")
    assert legible_value(None) is None and legible_value("a") == "a"
