"""What a fit reads: the right maps on the right side, parts mirrored with their images."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from attrimeter.datasets import open_dataset
from attrimeter.errors import DatasetError, ImageError
from attrimeter.fitting.fit_data import FitData, prepare_fit_data
from attrimeter.pixels import read_image, read_mask, write_image
from attrimeter.schemas import BODY_PARTS, SCHEMAS
from attrimeter.targets import Target, open_target

SCHEMA = SCHEMAS["market1501"]


@pytest.fixture(scope="module")
def target(tiny_target_file: Path) -> Target:
    return open_target(tiny_target_file)


def prepare(target: Target, root: Path, cache: Path, *, mirrored: bool = True) -> FitData:
    return prepare_fit_data(
        open_dataset(root).train,
        target,
        SCHEMA,
        cache=cache,
        mirrored=mirrored,
        with_parts=True,
    )


def test_sides_choose_the_mirrored_maps_and_parts(target: Target, rendered_set: Path, tmp_path: Path) -> None:
    data = prepare(target, rendered_set, tmp_path)
    rows, sides = np.array([3, 3, 7]), np.array([0, 1, 1])
    image = read_image(data.images.paths[3])
    maps = target.read_maps(target.preprocess([image, image[:, ::-1].copy()])).last
    found = data.batch_maps(rows, sides, "last")
    assert torch.allclose(found[:2], maps, rtol=2e-3, atol=1e-3)
    parts = data.batch_targets(rows, sides)
    assert parts is not None and torch.equal(parts[0].flip(2), parts[1])
    assert torch.allclose(parts.sum(dim=1), torch.ones(3, *target.map_size), atol=2e-3)


def test_parts_come_from_the_masks(target: Target, rendered_set: Path, tmp_path: Path) -> None:
    data = prepare(target, rendered_set, tmp_path)
    assert data.images.masks is not None and data.part_targets is not None
    hat = list(SCHEMA.groups).index("hat")
    for row in range(len(data.images)):
        mask = read_mask(data.images.masks[row])
        share = float((mask == 1 + BODY_PARTS.index("hat")).mean())
        assert float(data.part_targets[row, hat].float().mean()) == pytest.approx(share, abs=1e-3)


def test_without_mirrored_images_sides_do_not_matter(
    target: Target, rendered_set: Path, tmp_path: Path
) -> None:
    data = prepare(target, rendered_set, tmp_path, mirrored=False)
    rows = np.array([0, 0])
    first, second = data.batch_maps(rows, np.array([0, 0]), "last")
    assert torch.equal(first, second) and len(data.views) == 1


def test_too_few_readable_images_are_told(target: Target, rendered_set: Path, tmp_path: Path) -> None:
    root = tmp_path / "persons"
    shutil.copytree(rendered_set, root)
    for path in (root / "bounding_box_train").glob("*.jpg"):
        path.write_bytes(b"")
    with pytest.raises(DatasetError, match="0 could be read"):
        prepare(target, root, tmp_path / "cache")


def test_a_part_mask_of_another_size_is_refused(target: Target, rendered_set: Path, tmp_path: Path) -> None:
    root = tmp_path / "persons"
    shutil.copytree(rendered_set, root)
    mask = sorted((root / "part_masks" / "bounding_box_train").glob("*.png"))[5]
    labels = read_mask(mask)
    write_image(mask, np.ascontiguousarray(labels[: len(labels) // 2]))
    with pytest.raises(ImageError, match=rf"{mask.name} has .* labels, but its picture .* pixels"):
        prepare(target, root, tmp_path / "cache", mirrored=False)
