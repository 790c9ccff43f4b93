"""The edits of real pictures, tried where the truth is known: on rendered persons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from scipy.stats import spearmanr

from attrimeter.benchmarking.parts import part_mask_of
from attrimeter.benchmarking.region_edits import EditedPictures, edit_towards_first, locate_group
from attrimeter.pixels.lab import rgb_to_lab
from attrimeter.schemas import SCHEMAS
from attrimeter.synthesis import (
    PersonSpecification,
    RenderedPerson,
    edit_group,
    render_person,
    sample_any_view,
    sample_person,
)
from attrimeter.targets import open_target

SCHEMA = SCHEMAS["market1501"]
PAIRS = 24


@dataclass(frozen=True)
class RenderedPair:
    """Two persons, and the second one truly edited towards the first."""

    first: RenderedPerson
    second: RenderedPerson
    truth: RenderedPerson


class MaskLocator:
    """An interpreter whose maps are the part masks."""

    def __init__(self, people: list[RenderedPerson]) -> None:
        self.schema = SCHEMA
        self._masks = {person.image.tobytes(): person.mask for person in people}

    def read_images(self, pictures: list[np.ndarray]) -> Any:
        masks = np.stack([self._masks[picture.tobytes()] for picture in pictures])
        maps = [part_mask_of(masks, SCHEMA, attribute.group) for attribute in SCHEMA.attributes]
        return SimpleNamespace(maps=torch.from_numpy(np.stack(maps, axis=1)).double())


def wear_different_colours(first: PersonSpecification, second: PersonSpecification) -> bool:
    long = not (first.sleeve.short or second.sleeve.short)
    return long and first.upper_colour.name != second.upper_colour.name


def only_second_carries(first: PersonSpecification, second: PersonSpecification) -> bool:
    return first.backpack is None and second.backpack is not None


@cache
def rendered_pairs(group: str, wanted: Callable[..., bool]) -> list[RenderedPair]:
    pairs: list[RenderedPair] = []
    rng = np.random.default_rng(12)
    while len(pairs) < PAIRS:
        p, q = sample_person(rng), sample_person(rng)
        views = sample_any_view(rng), sample_any_view(rng)
        if not wanted(p, q):
            continue
        second = render_person(q, views[1])
        if part_mask_of(second.mask[None], SCHEMA, group).sum() >= 100:
            truth = render_person(edit_group(q, p, group), views[1])
            pairs.append(RenderedPair(render_person(p, views[0]), second, truth))
    return pairs


def edit(pairs: list[RenderedPair], group: str) -> EditedPictures:
    first, second = [pair.first for pair in pairs], [pair.second for pair in pairs]
    pictures = [[person.image for person in side] for side in (first, second)]
    locator: Any = MaskLocator(first + second)
    return edit_towards_first(locator, *pictures, group, rng=np.random.default_rng(0))


def changes(path: Path, pairs: list[RenderedPair], edited: Any) -> tuple[np.ndarray, np.ndarray]:
    """What D^2 loses by the edit, and by the true one."""
    pictures = [[p.first.image for p in pairs], [p.second.image for p in pairs], edited]
    pictures.append([p.truth.image for p in pairs])
    here, second, *others = (open_target(path).embed_images(side).astype(float) for side in pictures)
    total = ((here - second) ** 2).sum(axis=1)
    lost, true = (total - ((here - other) ** 2).sum(axis=1) for other in others)
    return lost, true


def test_recolouring_does_to_the_distance_about_what_the_true_edit_does(tiny_target_file: Path) -> None:
    pairs = rendered_pairs("upper colour", wear_different_colours)
    edits = edit(pairs, "upper colour")
    lost, true = changes(tiny_target_file, pairs, edits.in_place)
    elsewhere, _ = changes(tiny_target_file, pairs, edits.elsewhere)
    assert spearmanr(lost, true).statistic > 0.6
    assert np.abs(lost - true).sum() < 0.8 * np.abs(true).sum()
    assert np.abs(elsewhere - true).sum() > np.abs(lost - true).sum()


def test_filling_moves_the_distance_as_taking_the_backpack_off(tiny_target_file: Path) -> None:
    pairs = rendered_pairs("backpack", only_second_carries)
    lost, true = changes(tiny_target_file, pairs, edit(pairs, "backpack").in_place)
    assert spearmanr(lost, true).statistic > 0.5
    assert (np.sign(lost) == np.sign(true)).mean() > 0.7


def test_the_second_gets_the_first_s_colour_and_keeps_everything_else() -> None:
    pairs = rendered_pairs("upper colour", wear_different_colours)
    for pair, edited in zip(pairs, edit(pairs, "upper colour").in_place, strict=True):
        colours = []
        for picture, mask in ((pair.first.image, pair.first.mask), (edited, pair.second.mask)):
            part = part_mask_of(mask[None], SCHEMA, "upper colour")[0]
            colours.append(np.median(rgb_to_lab(picture[part]), axis=0))
        assert np.abs(colours[0] - colours[1]).max() < 8
        assert np.array_equal(edited[96:], pair.second.image[96:])


def test_a_region_is_the_sum_of_the_group_s_maps() -> None:
    pair = rendered_pairs("backpack", only_second_carries)[0]
    locator: Any = MaskLocator([pair.second])
    region = locate_group(locator, [pair.second.image], "backpack")[0]
    part = part_mask_of(pair.second.mask[None], SCHEMA, "backpack")[0]
    part[: int(0.12 * 128)] = part[int(0.58 * 128) :] = False  # no region beyond the band
    assert (region[part] > 0.5).mean() > 0.9 and (region[~part] > 0.5).mean() < 0.02
