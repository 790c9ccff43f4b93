"""Small data sets on disk for the tests."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from attrimeter.datasets import write_market_attribute
from attrimeter.pixels import write_image
from attrimeter.schemas.market1501 import MARKET1501

IMAGE = np.full((16, 8, 3), 90, dtype=np.uint8)

TRAIN = ("0002_c1s1_000451_03.jpg", "0002_c2s1_000001_01.jpg", "0007_c3s3_076119_07.jpg")
QUERY = ("0001_c1s1_001051_00.jpg",)
GALLERY = (
    "-1_c1s1_000401_03.jpg",
    "0000_c1s1_000151_01.jpg",
    "0001_c2s1_000301_00.jpg",
    "0001_c6s1_009601_00.jpg",
)


def fill(folder: Path, names: Iterable[str]) -> Path:
    """A folder with one small picture per name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        write_image(folder / name, IMAGE)
    return folder


def make_market(
    root: Path,
    *,
    train: Iterable[str] = TRAIN,
    query: Iterable[str] = QUERY,
    gallery: Iterable[str] = GALLERY,
) -> Path:
    """A data set in the layout of Market-1501, without an attribute file."""
    for name, files in (("bounding_box_train", train), ("query", query), ("bounding_box_test", gallery)):
        fill(root / name, files)
    return root


def random_labels(identities: int, *, seed: int = 0, lowest: int = 0) -> np.ndarray:
    """Labels for the Market-1501 schema."""
    return np.random.default_rng(seed).integers(lowest, 2, (identities, len(MARKET1501))).astype(np.int8)


def write_labels(path: Path, *, train: list[int], test: list[int]) -> dict[int, np.ndarray]:
    """An attribute file with random labels; returns identity -> its labels."""
    train_labels, test_labels = random_labels(len(train), seed=1), random_labels(len(test), seed=2)
    write_market_attribute(
        path,
        schema=MARKET1501,
        train_identities=train,
        train_labels=train_labels,
        test_identities=test,
        test_labels=test_labels,
    )
    return dict(zip([*train, *test], [*train_labels, *test_labels], strict=True))
