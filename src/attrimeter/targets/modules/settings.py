"""How a user's own module is read and fed, as far as its weights do not say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from attrimeter.errors import CheckpointError
from attrimeter.targets.heads.affine_head import Neck
from attrimeter.targets.heads.pooling import Pooling
from attrimeter.targets.map_layouts import ImagePatches, MapLayout, PlainMap, TokenGrid
from attrimeter.targets.modules.body import INPUT
from attrimeter.targets.modules.output import OutputChoice
from attrimeter.targets.profile import Profile

PATCHES = (16, 8)
"""Rows and columns of patches of a black box, where it is not said otherwise."""


@dataclass(frozen=True, kw_only=True)
class ModuleSettings:
    """How a user's own module is read; see :meth:`attrimeter.targets.Target.from_module`."""

    name: str
    image_size: tuple[int, int]
    last_map: str
    shallow_map: str | None = None
    pooling: str | Pooling | None = None
    neck: str | Neck | None = None
    deep: nn.Module | None = None
    head: Callable[[Tensor], Any] | str | None = None
    output: OutputChoice = None
    grid: tuple[int, int] | None = None
    leading_tokens: int = 0
    normalise: bool = False
    fingerprint: str | None = None

    def layout(self) -> MapLayout:
        """How the output of ``last_map`` is laid out. Raises CheckpointError for a grid that cannot be."""
        is_grid = self.grid is None or (len(self.grid) == 2 and min(self.grid) >= 1)
        if not is_grid or self.leading_tokens < 0:
            raise CheckpointError(
                f"grid={self.grid} with leading_tokens={self.leading_tokens} is no grid; give (rows, "
                "columns), both at least 1, and how many tokens come before it."
            )
        if self.last_map == INPUT:
            return ImagePatches(*(self.grid or PATCHES), image_size=self.image_size)
        return PlainMap() if self.grid is None else TokenGrid(*self.grid, leading=self.leading_tokens)

    def profile(
        self,
        *,
        interpolation: str,
        mean: tuple[float, float, float],
        std: tuple[float, float, float],
        metric: str,
    ) -> Profile:
        """How the module is fed; of how it is built the profile says nothing."""
        return Profile(
            name=self.name,
            architecture="module",
            source="module",
            image_size=self.image_size,
            interpolation=interpolation,
            pixel_mean=mean,
            pixel_std=std,
            neck="none",
            metric=metric,
        )

    def describe(self) -> dict[str, Any]:
        """What of it decides the numbers, beside the weights, as plain data; functions by their names."""
        own = {} if self.fingerprint is None else {"fingerprint": self.fingerprint}
        return own | {
            "last_map": self.last_map,
            "shallow_map": self.shallow_map,
            "pooling": _describe(self.pooling),
            "neck": _describe(self.neck),
            "output": self.output if isinstance(self.output, int) else _describe(self.output),
            "grid": None if self.grid is None else list(self.grid),
            "leading_tokens": self.leading_tokens,
            "normalise": self.normalise,
        }


def _describe(choice: object) -> str | None:
    if choice is None or isinstance(choice, str):
        return choice
    return str(getattr(choice, "__qualname__", type(choice).__qualname__))
