"""Whether files can be made in a folder, asked before the work."""

from __future__ import annotations

from pathlib import Path

import pytest

from attrimeter.errors import StorageError
from attrimeter.storage.places import check_place


def test_a_folder_that_is_there_or_can_be_made(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "a" / "b"):
        check_place(folder)
    assert not list(tmp_path.iterdir())


def test_what_is_no_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    for place in (tmp_path / "file", tmp_path / "file" / "below", Path("/dev/null"), Path("/dev/null/below")):
        with pytest.raises(StorageError, match="is no folder; choose another place"):
            check_place(place)
    assert (tmp_path / "file").read_text() == "kept"


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="this system has no /proc")
def test_a_folder_that_takes_no_files_is_told() -> None:
    """Also for whoever may write everywhere."""
    with pytest.raises(StorageError, match="No files can be written to /proc/new"):
        check_place("/proc/new")


def test_a_name_that_is_too_long_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="No files can be written"):
        check_place(tmp_path / ("n" * 300) / "below")
