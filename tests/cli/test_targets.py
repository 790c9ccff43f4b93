from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from attrimeter.targets import PROFILES


def test_every_profile_is_on_one_line_of_a_hundred_columns(call: Any) -> None:
    answer = call("targets")
    lines = answer.out.splitlines()
    assert answer.code == 0 and max(map(len, lines)) <= 100
    for name, profile in PROFILES.items():
        (line,) = (line for line in lines if line.startswith(f"{name} "))
        height, width = profile.image_size
        assert f" {height}x{width} {profile.interpolation} " in line and profile.metric in line


def test_a_word_chooses_and_json_is_written(call: Any, tmp_path: Path) -> None:
    answer = call("targets", "x0_25", "--json", tmp_path / "t.json")
    assert answer.code == 0 and "osnet_x0_25" in answer.out and "osnet_x0_5" not in answer.out
    families = json.loads((tmp_path / "t.json").read_text())["families"]
    names = [profile["name"] for family in families for profile in family["profiles"]]
    assert "osnet_x0_25" in names and all("x0_25" in name for name in names)


def test_a_word_that_nothing_has(call: Any) -> None:
    answer = call("targets", "nonsense")
    assert answer.code == 2 and answer.err.startswith("attrimeter: No profile has 'nonsense'")
