from __future__ import annotations

from pathlib import Path

import pytest

from attrimeter.datasets import csv_table
from attrimeter.datasets.csv_table import read_header, read_table
from attrimeter.errors import DatasetError


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_only_what_is_wanted_is_kept(tmp_path: Path) -> None:
    place = write(tmp_path / "a.csv", "b, a ,c,d\n1, 2 ,3,4\n\n,,,\n5\n")
    table = read_table(place, needed=["a"], wanted=["b", "none"])
    assert table.columns == {"a": ["2", ""], "b": ["1", "5"]} and table.lines == [2, 5]
    assert table.header == ("b", "a", "c", "d")


@pytest.mark.parametrize("limit", ["MOST_ROWS", "MOST_COLUMNS", "MOST_BYTES"])
def test_limits_are_stated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    place = write(tmp_path / "a.csv", "a,b,c\n1,2,3\n1,2,3\n1,2,3\n")
    monkeypatch.setattr(csv_table, limit, 3)
    if limit == "MOST_BYTES":
        with pytest.raises(DatasetError, match="has 24 bytes and at most 3 are read"):
            read_table(place, needed=["a"], wanted=[])
        return
    read_table(place, needed=["a"], wanted=[])
    monkeypatch.setattr(csv_table, limit, 2)
    with pytest.raises(DatasetError, match="has (more than 2 rows|3 columns and at most 2)"):
        read_table(place, needed=["a"], wanted=[])


def test_sixty_thousand_columns(tmp_path: Path) -> None:
    place = write(tmp_path / "a.csv", "path,identity," + ",".join(f"c{n}" for n in range(60_000)) + "\n")
    with pytest.raises(DatasetError, match="has 60,002 columns and at most 1,000 are read"):
        read_table(place, needed=["path"], wanted=[])


def test_what_is_no_table_has_no_header(tmp_path: Path) -> None:
    assert read_header(tmp_path / "none.csv") == () and read_header(tmp_path) == ()
    (tmp_path / "a.csv").write_bytes(b"\xff\xfe\x00")
    assert read_header(tmp_path / "a.csv") == ()
