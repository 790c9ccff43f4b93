"""What a plan draws where, picture by picture against the renderer itself."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from attrimeter.errors import StorageError
from attrimeter.pixels import read_image, read_mask
from attrimeter.synthesis import render_person
from attrimeter.synthesis.dataset_plan import World, plan_pictures
from attrimeter.synthesis.dataset_rendering import MASKS, announce_rendering, render_plan
from attrimeter.synthesis.marks import paint_mark


def test_every_picture_and_mask_stands_at_its_place(tmp_path: Path) -> None:
    world = World(4, 2, 1, (32, 16), ".png", "backpack", False, "standard")
    plan = plan_pictures(world, identities=3, test_identities=2, distractors=0)
    steps: list[tuple[int, int]] = []
    render_plan(tmp_path, plan, 1, lambda done, total: steps.append((done, total)))
    assert steps == [(16, 20), (20, 20)]
    for picture in plan:
        drawn = render_person(picture.person, picture.view, picture.size)
        marked = drawn if picture.mark is None else paint_mark(drawn, picture.person)
        np.testing.assert_array_equal(read_image(tmp_path / picture.file), marked.image)
        np.testing.assert_array_equal(read_mask(tmp_path / MASKS / picture.file), marked.mask)


def test_what_it_takes_is_said_and_refused_where_it_is_too_much(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="attrimeter"):
        announce_rendering(tmp_path, 1000, (128, 64), 1)
    assert "1,000 rendered pictures and their part masks take" in caplog.text
    with pytest.raises(StorageError, match="ask for fewer persons"):
        announce_rendering(tmp_path, 10**12, (128, 64), 1)
