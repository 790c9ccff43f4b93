"""What the group reader makes of two maps, whatever their sizes."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from attrimeter.interpreter.forms.counterfactual.group_reader import GroupReader, fold_finer


class MeanHead:
    """Average pooling alone."""

    def split(self, last_map: Tensor, partition: Tensor) -> tuple[Tensor, Tensor]:
        cells = last_map.shape[2] * last_map.shape[3]
        parts = torch.einsum("nchw,nkhw->nkc", last_map, partition) / cells
        return parts, torch.zeros(last_map.shape[0], last_map.shape[1])

    def embed(self, last_map: Tensor) -> Tensor:
        raise AssertionError("not used here")

    def embed_masked(self, last_map: Tensor, maps: Tensor) -> Tensor:
        raise AssertionError("not used here")


def make_reader(groups: int = 3) -> GroupReader:
    torch.manual_seed(0)
    return GroupReader(channels=5, shallow_channels=2, groups=groups, hidden=8, features=4, blocks=1).eval()


def test_four_cells_of_the_shallow_map_lie_side_by_side() -> None:
    shallow, last = torch.randn(2, 3, 16, 8), torch.randn(2, 5, 4, 2)
    folded = fold_finer(shallow, last)
    assert folded.shape == (2, 12, 4, 2)
    for channel in range(3):
        for row in range(4):
            for column in range(2):
                for down in range(2):
                    for right in range(2):
                        top, left = 4 * row + 2 * down, 4 * column + 2 * right
                        cell = shallow[:, channel, top : top + 2, left : left + 2].mean(dim=(1, 2))
                        found = folded[:, 4 * channel + 2 * down + right, row, column]
                        torch.testing.assert_close(found, cell)


def test_a_shallow_map_of_twice_the_size_is_read_as_it_is() -> None:
    shallow = torch.randn(1, 2, 8, 4)
    folded = fold_finer(shallow, torch.zeros(1, 1, 4, 2))
    assert torch.equal(torch.nn.functional.pixel_shuffle(folded, 2), shallow)


def test_a_shallow_map_of_the_same_size_is_repeated() -> None:
    shallow = torch.randn(1, 2, 4, 2)
    folded = fold_finer(shallow, torch.zeros(1, 1, 4, 2))
    torch.testing.assert_close(folded, shallow.repeat_interleave(4, dim=1))


@pytest.mark.parametrize("sizes", [((4, 2), (16, 8)), ((4, 2), (4, 2)), ((3, 2), (7, 5))])
def test_a_reading_pools_what_it_describes(sizes: tuple[tuple[int, int], tuple[int, int]]) -> None:
    reader, head = make_reader(), MeanHead()
    last, shallow = torch.rand(2, 5, *sizes[0]), torch.rand(2, 2, *sizes[1])
    reading = reader(last, shallow, head)
    described, attended = [], []
    for module, kept in ((reader.describe, described), (reader.attend, attended)):
        module.register_forward_hook(lambda _, __, out, kept=kept: kept.append(out.detach()))
    reader(last, shallow, head)
    maps = reading.scores.sigmoid()
    assert maps.shape == (2, 3, *sizes[0]) and reading.features.shape == (2, 3, 8)
    for image in range(2):
        for group in range(3):
            own = maps[image, group] / maps[image, group].sum()
            free = attended[0][image, group].exp() / attended[0][image, group].exp().sum()
            for channel in range(4):
                values = described[0][image, channel]
                pooled = [float((weights * values).sum()) for weights in (own, free)]
                found = reading.features[image, group, [channel, 4 + channel]].tolist()
                assert found == pytest.approx(pooled, abs=1e-5)
            carried = (last[image] * maps[image, group]).mean(dim=(1, 2))
            torch.testing.assert_close(reading.carried[image, group], carried)
            assert float(reading.presence[image, group]) == pytest.approx(float(maps[image, group].max()))


def test_an_image_is_read_alone_as_among_others() -> None:
    reader, head = make_reader(), MeanHead()
    last, shallow = torch.rand(3, 5, 4, 2), torch.rand(3, 2, 8, 4)
    together, alone = reader(last, shallow, head), reader(last[1:2], shallow[1:2], head)
    torch.testing.assert_close(together.features[1:2], alone.features)


def test_where_a_cell_lies_is_seen() -> None:
    reader = make_reader()
    scores = reader(torch.ones(1, 5, 4, 2), torch.ones(1, 2, 8, 4), MeanHead()).scores[0]
    assert not torch.allclose(scores[:, 0], scores[:, 3])
    assert not torch.allclose(scores[:, :, 0], scores[:, :, 1])
