"""``attrimeter evaluate`` as it is typed: which data, which cameras, and what is said of other domains."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from attrimeter.cli.options import parse_cameras
from attrimeter.errors import SettingsError


def test_data_is_named_once(call: Any, fitted: Path, rendered_set: Path, tmp_path: Path) -> None:
    maps = ("--cache", tmp_path / "maps")
    for words in ((), (rendered_set, "--data", rendered_set)):
        answer = call("evaluate", fitted, *words, *maps)
        assert answer.code == 2 and answer.err.startswith("attrimeter: Name one data set to evaluate on")
    first = call("evaluate", fitted, rendered_set, *maps)
    second = call("evaluate", fitted, "--data", rendered_set, *maps)
    assert first.code == second.code == 0 and first.out == second.out


def test_cameras_and_what_is_said_of_them(
    call: Any, fitted: Path, rendered_set: Path, tmp_path: Path
) -> None:
    scores = tmp_path / "scores.json"
    words = ("evaluate", fitted, rendered_set, "--cache", tmp_path / "maps", "--json", scores, "--cameras")
    assert call(*words, "1,2,3,4,5").code == 0
    assert json.loads(scores.read_text())["data"] == "persons, cameras 1, 2, 3, 4, 5"
    refused = {
        "1": "camera 1 has no query whose person",
        "1,9": "no camera 9",
        "1;2": "--cameras takes numbers",
    }
    for cameras, reason in refused.items():
        answer = call(*words, cameras)
        assert answer.code == 2 and reason in answer.err and answer.err.count("\n") == 1, cameras


def test_labels_of_another_schema(call: Any, fitted: Path, rendered_set: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "name: mine\nattributes:\n"
        "  - {name: hat, negative: no hat, positive: hat}\n"
        "  - {name: gender, negative: man, positive: woman}\n"
    )
    scores = tmp_path / "scores.json"
    answer = call(
        "evaluate", fitted, "--data", rendered_set, "--schema", mine,
        "--cache", tmp_path / "maps", "--json", scores,
    )  # fmt: skip
    assert answer.code == 0, answer.err
    assert "1 of the 26 attributes of 'market1501' are compared (hat)" in " ".join(answer.out.split())
    rows = {row["name"]: row["differs"] for row in json.loads(scores.read_text())["rows"]}
    assert rows.pop("hat") is not None and set(rows.values()) == {None}


@pytest.mark.parametrize("text, numbers", [("3", (3,)), ("1, 2,3", (1, 2, 3))])
def test_camera_numbers(text: str, numbers: tuple[int, ...]) -> None:
    assert parse_cameras(text) == numbers
    with pytest.raises(SettingsError, match="such as 1,2,3; got 'one'"):
        parse_cameras("one")
