"""Checked counterfactual answers in the terminal."""

from __future__ import annotations

import io

from rich.console import Console

from attrimeter.figures.checks.changes_text import changes_text
from figures.changes_examples import example_changes


def test_questions_and_numbers() -> None:
    file = io.StringIO()
    Console(file=file, width=80, force_terminal=False).print(changes_text(example_changes()))
    lines = [line.rstrip() for line in file.getvalue().splitlines()]
    assert max(map(len, lines)) <= 80 and "nan" not in "\n".join(lines)
    assert lines[0] == "Counterfactual answers of up to 3 attributes, checked by edits"
    assert "a match up to distance 18.4" in lines[1]
    assert sum(line.startswith("Which fewest attributes") for line in lines) == 3
    text = " ".join(lines)
    assert "372 of 541 pairs can be turned (115 by 1, 143 by 2, 114 by 3)" in text
    assert "0 of 3 pairs can be turned (none)" in text
    own = next(line for line in lines if line.startswith("calibrated"))
    assert "85.5  (83.5 to 87.5)" in own and "0.75" in own
    assert any(line.startswith("group average *") for line in lines)
