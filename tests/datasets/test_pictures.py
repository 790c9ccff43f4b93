from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from attrimeter.datasets.pictures import (
    FileNames,
    holds_pictures,
    list_folders,
    list_pictures,
    parse_camera,
    parse_person,
)
from datasets.trees import touch


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("0002_c1s1_000451_03.jpg", ("0002", "1")),
        ("-1_c6s1_000401_03.jpg", ("-1", "6")),
        ("0000_c3s2_1.jpg", ("0000", "3")),
        ("7140_c8_f0046182.jpg", ("7140", "8")),
        ("0012_c15_0030.jpg", ("0012", "15")),
        ("٣_c1.jpg", None),
        ("1234567890123456789_c1.jpg", None),
        ("person_c1.jpg", None),
        ("0002c1.jpg", None),
        ("x0002_c1.jpg", None),
    ],
)
def test_parse_person(name: str, person: tuple[str, str] | None) -> None:
    assert parse_person(name) == person


def test_parse_camera() -> None:
    assert parse_camera("anna_c4_0001.jpg") == "4"
    assert parse_camera("anna_0001.jpg") is None


def test_lists_are_sorted_and_hold_pictures_only(tmp_path: Path) -> None:
    for name in ("b.JPG", "a.png", "Thumbs.db", "._a.png", "notes.txt", "c.jpeg"):
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / ".hidden").mkdir()
    assert [path.name for path in list_pictures(tmp_path)] == ["a.png", "b.JPG", "c.jpeg"]
    assert [path.name for path in list_folders(tmp_path)] == ["folder"]
    assert holds_pictures(tmp_path)
    assert not holds_pictures(tmp_path / "folder") and not holds_pictures(tmp_path / "a.png")


def test_every_kind_of_picture_that_can_be_read_is_found_in_folders(tmp_path: Path) -> None:
    """All suffixes that Pillow gives to the formats that are read, but for animations and floating point."""
    formats = ("JPEG", "PNG", "BMP", "WEBP", "TIFF", "PPM")
    suffixes = {suffix for suffix, kind in Image.registered_extensions().items() if kind in formats}
    suffixes -= {".apng", ".pfm"}
    for suffix in suffixes:
        (tmp_path / f"a{suffix}").touch()
        (tmp_path / f"b{suffix.upper()}").touch()
    assert {".jfif", ".webp", ".bmp", ".tif"} <= suffixes
    assert len(list_pictures(tmp_path)) == 2 * len(suffixes)


def test_files_are_there_and_folders_are_not_files(tmp_path: Path) -> None:
    touch(tmp_path, ["a/1.jpg", "2.jpg"])
    (tmp_path / "link.jpg").symlink_to(tmp_path / "2.jpg")
    (tmp_path / "broken.jpg").symlink_to(tmp_path / "none.jpg")
    there = FileNames()
    for name, expected in {
        "2.jpg": True, "a/1.jpg": True, "a/../2.jpg": True, "link.jpg": True,
        "a": False, "broken.jpg": False, "3.jpg": False, "b/1.jpg": False, "a\0.jpg": False,
    }.items():  # fmt: skip
        assert there.has(f"{tmp_path}/{name}") is expected, name
    assert not FileNames().has("/none-such.jpg")
