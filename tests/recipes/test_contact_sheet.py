"""The contact sheet."""

from __future__ import annotations

import numpy as np
from recipes.contact_sheet import MASK_COLOURS, draw_contact_sheet, write_contact_sheet

from attrimeter.pixels import read_image
from attrimeter.schemas import OCCLUDER_LABEL


def test_the_sheet_is_written_as_drawn_and_the_same_every_time(tmp_path):
    sheet = draw_contact_sheet(zoom=1)
    write_contact_sheet(tmp_path / "sheet.png", zoom=1)
    np.testing.assert_array_equal(read_image(tmp_path / "sheet.png"), sheet)
    assert sheet.shape[0] > 6 * 128
    assert sheet.shape[1] >= 16 * 64


def test_every_label_has_its_own_colour():
    assert len(set(MASK_COLOURS)) == len(MASK_COLOURS) == OCCLUDER_LABEL + 1
