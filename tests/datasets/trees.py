"""Small data sets on disk for the tests."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image

from attrimeter.datasets import write_market_attribute
from attrimeter.schemas.market1501 import MARKET1501

IMAGE = np.full((16, 8, 3), 90, dtype=np.uint8)

FORMATS = {".png": "PNG", ".bmp": "BMP", ".webp": "WEBP", ".tif": "TIFF", ".tiff": "TIFF", ".ppm": "PPM"}

TRAIN = ("0002_c1s1_000451_03.jpg", "0002_c2s1_000001_01.jpg", "0007_c3s3_076119_07.jpg")
QUERY = ("0001_c1s1_001051_00.jpg",)
GALLERY = (
    "-1_c1s1_000401_03.jpg",
    "0000_c1s1_000151_01.jpg",
    "0001_c2s1_000301_00.jpg",
    "0001_c6s1_009601_00.jpg",
)


def fill(folder: Path, names: Iterable[str]) -> Path:
    """A folder with one small picture per name, no two of which are the same."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        draw(folder / name)
    return folder


def draw(path: Path) -> Path:
    """A small picture at ``path`` that depends on its name and its folder's."""
    seed = zlib.crc32(f"{path.parent.name}/{path.name}".encode())
    picture = np.random.default_rng(seed).integers(0, 256, (16, 8, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, format=FORMATS.get(path.suffix.lower(), "JPEG"))
    path.write_bytes(buffer.getvalue())
    return path


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
