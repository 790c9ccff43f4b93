"""The list of specifications: back as it was written, and a broken line is named."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from attrimeter.errors import DatasetError
from attrimeter.synthesis.specification_list import (
    SPECIFICATIONS,
    read_specifications,
    write_specifications,
)


def test_writing_what_was_read_gives_the_same_lines(rendered_set: Path, tmp_path: Path) -> None:
    pictures = read_specifications(rendered_set)
    write_specifications(tmp_path, pictures)
    assert (tmp_path / SPECIFICATIONS).read_text() == (rendered_set / SPECIFICATIONS).read_text()
    assert {picture.file for picture in pictures} == {
        path.relative_to(rendered_set).as_posix()
        for split in ("bounding_box_train", "query", "bounding_box_test")
        for path in (rendered_set / split).glob("*.jpg")
    }


def test_a_mark_is_remembered_and_no_mark_leaves_no_trace(rendered_set: Path, tmp_path: Path) -> None:
    plain = read_specifications(rendered_set)[:2]
    pictures = [plain[0], dataclasses.replace(plain[1], mark="backpack")]
    write_specifications(tmp_path, pictures)
    assert read_specifications(tmp_path) == pictures
    lines = (tmp_path / SPECIFICATIONS).read_text().splitlines()
    assert ["mark" in json.loads(line) for line in lines] == [False, True]


def test_broken_specifications_are_named(rendered_set: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="cannot be read"):
        read_specifications(tmp_path)
    lines = (rendered_set / SPECIFICATIONS).read_text().splitlines()
    (tmp_path / SPECIFICATIONS).write_text(lines[0] + "\n" + '{"file": "x"}\n')
    with pytest.raises(DatasetError, match=r"Line 2 of .* is not a picture's specification"):
        read_specifications(tmp_path)
    (tmp_path / SPECIFICATIONS).write_text(json.dumps({**json.loads(lines[0]), "mark": "shoe"}) + "\n")
    with pytest.raises(DatasetError, match="no mark 'shoe'"):
        read_specifications(tmp_path)
