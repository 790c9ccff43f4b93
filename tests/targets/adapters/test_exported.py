"""An exported program is a black box that still passes gradients."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from attrimeter.errors import CheckpointError
from attrimeter.targets.adapters.exported import from_exported
from targets.own_modules import GRID, SIZE, SmallNet, WrappedNet, filled, images, own_embedding

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")  # of PyTorch about its own tree specs


def export(module: nn.Module, path: Path, *, any_batch: bool) -> Path:
    shapes = ({0: torch.export.Dim("n", min=1, max=4096)},) if any_batch else None
    program = torch.export.export(module.eval(), (images(3),), dynamic_shapes=shapes)
    torch.export.save(program, path)
    return path


@pytest.mark.parametrize("any_batch", [False, True])
def test_it_gives_the_modules_own_embedding_for_any_number_of_images(tmp_path: Path, any_batch: bool) -> None:
    module = filled(SmallNet())
    target = from_exported(export(module, tmp_path / "net.pt2", any_batch=any_batch), grid=GRID)
    assert target.profile.name == "net" and target.profile.image_size == SIZE  # the program's own size
    assert not target.is_exact and target.map_size == GRID
    last = target.read_maps(images()).last
    torch.testing.assert_close(target.head.embed(last), own_embedding(module, images()))
    masks = torch.rand(5, 2, *GRID, requires_grad=True)
    target.head.embed_masked(last, masks).sum().backward()
    assert masks.grad is not None and bool((masks.grad != 0).any())


def test_one_of_several_outputs_is_chosen(tmp_path: Path) -> None:
    module = filled(WrappedNet(lambda e: (e.sum(dim=1), e)))
    path = export(module, tmp_path / "net.pt2", any_batch=False)
    target = from_exported(path, output=1, grid=GRID)
    other = from_exported(path, output=lambda given: given[1] * 2, grid=GRID)
    assert other.fingerprint != target.fingerprint
    own = own_embedding(module, images())[1]
    torch.testing.assert_close(target.head.embed(target.read_maps(images()).last), own)


def test_other_files_are_told(tmp_path: Path) -> None:
    (tmp_path / "text.pt2").write_text("no program")
    for path in (tmp_path / "text.pt2", tmp_path / "absent.pt2"):
        with pytest.raises(CheckpointError, match=rf"{path.name} cannot be read as an exported program"):
            from_exported(path)
