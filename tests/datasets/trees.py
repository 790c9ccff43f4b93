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


def touch(folder: Path, names: Iterable[str]) -> Path:
    """Files that bear pictures' names and say no more than these: opening a data set decodes none."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(path))
    return folder


def make_cuhk03(root: Path) -> Path:
    """CUHK03-NP: both kinds of boxes, two cameras, names without a sequence."""
    for kind in ("detected", "labeled"):
        touch(root / kind / "bounding_box_train", ["0001_c1_1.png", "0001_c2_6.png", "0003_c1_1.png"])
        touch(root / kind / "query", ["0002_c1_1.png"])
        touch(root / kind / "bounding_box_test", ["0002_c1_2.png", "0002_c2_6.png"])
    return root


def make_veri(root: Path) -> Path:
    """VeRi-776: a query lies in image_test too."""
    touch(
        root / "image_train", ["0001_c001_00016450_0.jpg", "0001_c020_00016460_0.jpg", "0003_c002_01_0.jpg"]
    )
    touch(root / "image_query", ["0002_c002_00030600_0.jpg"])
    touch(root / "image_test", ["0002_c002_00030600_0.jpg", "0002_c003_00030610_0.jpg"])
    (root / "name_train.txt").write_text("0001_c001_00016450_0.jpg\n")
    return root


def make_msmt17(root: Path, *, train: str = "train", test: str = "test") -> Path:
    """MSMT17: persons are numbered from 0 in both parts, and are others in each."""
    lists = {
        "list_train.txt": [
            "0000/0000_000_01_0303morning_0015_0.jpg 0",
            "0001/0001_000_14_0303noon_0015_1.jpg 1",
        ],
        "list_val.txt": ["0001/0001_001_15_0303noon_0016_1.jpg 1"],
        "list_query.txt": ["0000/0000_000_03_0113morning_0031_0.jpg 0"],
        "list_gallery.txt": [
            "0000/0000_001_05_0113noon_0031_0.jpg 0",
            "0001/0001_000_05_0113noon_0032_0.jpg 1",
        ],
    }
    for name, lines in lists.items():
        touch(
            root / (train if name in ("list_train.txt", "list_val.txt") else test),
            [x.split()[0] for x in lines],
        )
        (root / name).write_text("".join(f"{line}\n" for line in lines))
    return root


def make_mars(root: Path) -> Path:
    """MARS: tracklets of several frames; 00-1 is junk and 0000 are distractors."""
    touch(root / "bbox_train" / "0001", [f"0001C1T0001F00{n}.jpg" for n in (1, 2)] + ["0001C2T0001F001.jpg"])
    touch(root / "bbox_test" / "00-1", ["00-1C1T0001F001.jpg"])
    touch(root / "bbox_test" / "0000", ["0000C1T0001F001.jpg", "0000C1T0002F001.jpg"])
    for camera, tracklets in ((1, 2), (3, 1)):
        for tracklet in range(1, tracklets + 1):
            names = [f"0002C{camera}T{tracklet:04d}F{n:03d}.jpg" for n in (1, 2, 3)]
            touch(root / "bbox_test" / "0002", names)
    return root


def make_viper(root: Path, *, persons: int = 632) -> Path:
    """VIPeR: every person once before each camera."""
    for camera, angle in (("cam_a", 45), ("cam_b", 90)):
        touch(root / camera, [f"{person:03d}_{angle}.bmp" for person in range(persons)])
    return root


def make_layumi(root: Path) -> Path:
    """What layumi's prepare.py makes of Market-1501: names are kept, the first picture of a person is val."""
    persons = {"0002": ["0002_c1s1_000451_03.jpg", "0002_c2s1_01.jpg"], "0007": ["0007_c3s3_0.jpg"]}
    for person, names in persons.items():
        touch(root / "train_all" / person, names)
        touch(root / "val" / person, names[:1])
        touch(root / "train" / person, names[1:])
    touch(root / "query" / "0001", QUERY)
    touch(root / "multi-query" / "0001", ["0001_c1s1_001052_00.jpg"])
    for name in GALLERY:
        touch(root / "gallery" / name.split("_")[0], [name])
    return root


def make_oml(root: Path) -> Path:
    """open-metric-learning: labels from 0, the whole validation part both queries and gallery."""
    touch(root / "images", [f"{n}.jpg" for n in range(6)])
    rows = [
        "label,path,split,is_query,is_gallery",
        "0,images/0.jpg,train,,",
        "1,images/1.jpg,train,,",
        "2,images/2.jpg,validation,True,True",
        "2,images/3.jpg,validation,True,True",
        "3,images/4.jpg,validation,False,True",
        "3,images/5.jpg,validation,True,False",
    ]
    (root / "df.csv").write_text("\n".join(rows) + "\n")
    return root
