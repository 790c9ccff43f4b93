from __future__ import annotations

from pathlib import Path

from attrimeter.datasets.file_names import FileNames
from datasets.trees import touch


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
