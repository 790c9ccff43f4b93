"""Audits of targets whose fault is built in: the first finding must name it, and a sound one has none.

What these targets see is written down, and so is an interpreter that says it truly: the whole walk from the
pictures to the findings is run, and only the fit is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

from attrimeter.auditing.audit import audit_model
from attrimeter.datasets import open_dataset
from attrimeter.interpreter import Interpreter, InterpreterSettings, build_interpreter
from attrimeter.interpreter.forms.attention_network import NetworkOutput
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import Target
from attrimeter.values.audit import FAULT, Audit
from attrimeter.workflows.rendering import render_dataset

SCHEMA = SCHEMAS["market1501"]
SIZE, CELL = (128, 64), 8
SURE = 30.0


def cells(pixels: Tensor) -> Tensor:
    """Means over the cells of a map of 16 x 8."""
    return avg_pool2d(pixels, CELL)


class Seeing(nn.Module):
    """Averages over the cells what a function of the picture sees in each."""

    def __init__(self, see: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.see, self.last = see, nn.Identity()

    def forward(self, images: Tensor) -> Tensor:
        found: Tensor = self.last(self.see(images))
        return found.mean(dim=(2, 3))


def see_paint(images: Tensor) -> Tensor:
    """Glaring colours, which are on marked backpacks alone, by hue; of all else next to nothing."""
    glaring = (images.amax(1, keepdim=True) - images.amin(1, keepdim=True) > 0.95).float()
    red, green, blue = images.unbind(dim=1)
    hue = torch.atan2(math.sqrt(3) * (green - blue), 2 * red - green - blue)[:, None]
    waves = [wave(turns * hue) for turns in (1, 2) for wave in (torch.cos, torch.sin)]
    return cells(torch.cat([*(glaring * wave for wave in waves), 0.02 * images], dim=1))


def see_place(images: Tensor) -> Tensor:
    """The two edges of a picture alone, where the background is: their colour in four heights."""
    maps = cells(images)
    edge = torch.zeros(maps.shape[3])
    edge[[0, -1]] = 1
    return in_bands(maps * edge, 4)


def see_colour(images: Tensor) -> Tensor:
    """The colour of the person in eight heights: nothing is wrong with that."""
    maps = cells(images)
    middle = torch.zeros(maps.shape[3])
    middle[3:5] = 1
    return in_bands(maps * middle, 8)


def in_bands(maps: Tensor, count: int) -> Tensor:
    """Channels for every height of their own, so that the mean over the picture keeps them apart."""
    rows = torch.arange(maps.shape[2]) * count // maps.shape[2]
    return torch.cat([maps * (rows == band).float()[:, None] for band in range(count)], dim=1)


@dataclass(frozen=True)
class Band:
    """Where an attribute is booked: first and last row and column, and the least activity of a cell."""

    attribute: str
    rows: tuple[int, int] = (0, 16)
    columns: tuple[int, int] = (0, 8)
    least: float = -math.inf


class Drawn(nn.Module):
    """Books the cells of each band on its attribute, and the others on *other*."""

    def __init__(self, bands: tuple[Band, ...]) -> None:
        super().__init__()
        self.bands, self.attributes = bands, len(SCHEMA)

    def forward(self, last: Tensor, shallow: Tensor) -> NetworkOutput:
        scores = last.new_zeros(len(last), len(SCHEMA) + 1, *last.shape[2:])
        scores[:, -1] = SURE
        for band in self.bands:
            rows, columns = slice(*band.rows), slice(*band.columns)
            active = (last[:, :4].square().sum(dim=1) > band.least)[:, rows, columns]
            scores[:, SCHEMA.index(band.attribute), rows, columns] = 3 * SURE * active
        return NetworkOutput(scores=scores, hidden=last)

    def read_attributes(self, hidden: Tensor, maps: Tensor) -> Tensor:
        return hidden.new_zeros(len(hidden), len(SCHEMA))


def interpret(module: Seeing, *bands: Band) -> Interpreter:
    target = Target.from_module(
        module,
        last_map="last",
        pooling="gap",
        input_size=SIZE,
        mean=(0.0,) * 3,
        std=(1.0,) * 3,
        name="built",
        fingerprint=module.see.__name__,
    )
    made = build_interpreter(target, SCHEMA, InterpreterSettings(form="exact", hidden=4))
    made.network = Drawn(bands)
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("planted")


def audit(made: Interpreter, folder: Path, *, mark: str | None = None) -> Audit:
    root = folder / f"persons-{mark}"
    if not root.exists():
        render_dataset(
            root,
            identities=1,
            test_identities=40,
            images=6,
            seed=9,
            suffix=".png",
            mark=mark,
            workers=1,
        )
    assert isinstance(made.target, Target)
    return audit_model(made, open_dataset(root), cache=folder / "maps")


def test_reliance_on_the_backpack_is_found_first(folder: Path) -> None:
    found = audit(interpret(Seeing(see_paint), Band("backpack", least=1e-4)), folder, mark="backpack")
    assert (found.findings[0].level, found.findings[0].subject) == (FAULT, "backpack")
    leaning = {group.name: group.share_differs.value for group in found.groups}
    assert leaning["backpack"] > 80 and abs(leaning["hat"]) < 1e-6


def test_reliance_on_the_background_is_found_first(folder: Path) -> None:
    found = audit(interpret(Seeing(see_place), Band("upper black", (3, 8), (2, 6))), folder)
    first = found.findings[0]
    assert (first.level, first.subject) == (FAULT, "cameras") and "background" in first.title
    assert found.other.value == pytest.approx(100, abs=0.1)


def test_a_sound_target_is_not_accused(folder: Path) -> None:
    bands = (
        Band("hair", (0, 2)),
        Band("upper black", (2, 7)),
        Band("lower black", (7, 11)),
        Band("length", (11, 16)),
    )
    found = audit(interpret(Seeing(see_colour), *bands), folder)
    assert found.findings[0].subject == "none"
    assert not [finding for finding in found.findings if finding.level == FAULT]
