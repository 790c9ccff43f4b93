"""Nothing is lost between a layer's own output and its map."""

from __future__ import annotations

import pytest
import torch

from attrimeter.errors import CheckpointError
from attrimeter.targets.map_layouts import ImagePatches, MapLayout, PlainMap, TokenGrid


@pytest.mark.parametrize(
    ("layout", "shape"),
    [
        (PlainMap(), (2, 5, 4, 3)),
        (TokenGrid(4, 3), (2, 12, 5)),
        (TokenGrid(4, 3, leading=2), (2, 14, 5)),
        (ImagePatches(4, 3, image_size=(8, 9)), (2, 3, 8, 9)),
    ],
)
def test_from_map_undoes_to_map(layout: MapLayout, shape: tuple[int, ...]) -> None:
    features = torch.randn(shape)
    last_map = layout.to_map(features)
    assert last_map.shape[2:] == (4, 3)
    torch.testing.assert_close(layout.from_map(last_map), features)


def test_a_token_lies_where_it_is_counted_row_by_row() -> None:
    tokens = torch.randn(1, 1 + 4 * 3, 5)
    last_map = TokenGrid(4, 3, leading=1).to_map(tokens)
    assert torch.equal(last_map[0, :5, 2, 1], tokens[0, 1 + 2 * 3 + 1])
    assert torch.equal(last_map[0, 5:, 2, 1], tokens[0, 0])


def test_a_patch_lies_where_it_is_in_the_picture() -> None:
    picture = torch.randn(1, 3, 8, 9)
    last_map = ImagePatches(4, 3, image_size=(8, 9)).to_map(picture)
    assert torch.equal(last_map[0, :, 2, 1], picture[0, :, 4:6, 3:6].flatten())


def test_masks_touch_the_cells_and_not_the_leading_tokens() -> None:
    layout = TokenGrid(2, 2, leading=1)
    tokens, maps = torch.randn(3, 5, 4), torch.rand(3, 6, 2, 2)
    masked = layout.mask(layout.to_map(tokens), maps)
    for k in range(6):
        expected = tokens.clone()
        expected[:, 1:] *= maps[:, k].reshape(3, 4, 1)
        torch.testing.assert_close(layout.from_map(masked[:, k]), expected)
    assert layout.local_channels(8) == 4


def test_what_does_not_fit_is_told() -> None:
    with pytest.raises(CheckpointError, match=r"2 x 12 x 5.*say grid="):
        PlainMap().to_map(torch.zeros(2, 12, 5))
    with pytest.raises(CheckpointError, match=r"2 x 12 x 5.*need n x 13 x c"):
        TokenGrid(4, 3, leading=1).to_map(torch.zeros(2, 12, 5))
    with pytest.raises(CheckpointError, match=r"8 x 9 pixels cannot be cut into 3 x 3"):
        ImagePatches(3, 3, image_size=(8, 9))
