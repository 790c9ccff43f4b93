from __future__ import annotations

import io

from rich.console import Console

from attrimeter.figures.checks.planted_text import planted_text
from attrimeter.values.planted import PlantedFinding
from figures.check_examples import example_finding, example_planted


def print_lines(*findings: PlantedFinding) -> list[str]:
    file = io.StringIO()
    Console(file=file, width=80, force_terminal=False).print(planted_text(findings))
    return [line.rstrip() for line in file.getvalue().splitlines()]


def test_every_share_has_its_verdict() -> None:
    lines = print_lines(*example_planted())
    assert lines[0] == "Attributions of planted targets: 2 of 3 by interpreters are as they must be."
    assert max(map(len, lines)) <= 80 and not any("…" in line for line in lines)
    rows = [line.split() for line in lines]
    said = [row for row in rows if row[:1] == ["explainer"]]
    assert [row[1] for row in said] == ["0", "1"] * 3
    assert [row[2] for row in said] == ["2.1", "25.0", "70.0", "56.0", "93.4", "0.0"]
    assert [row[-1] for row in said] == ["yes", "no", "no", "yes", "yes", "no"]
    assert any("at most 3" in line for line in lines) and any("at least 90" in line for line in lines)
    assert any("within 5" in line for line in lines)


def test_the_truth_stands_first_and_the_reference_after_it() -> None:
    lines = print_lines(example_planted()[1])
    (measured,) = [n for n, line in enumerate(lines) if line.startswith("measured  ")]
    assert "60.0  (58.0 to 62.0)" in lines[measured]
    assert lines[measured + 1].startswith("measured, nothing planted") and "61.3" in lines[measured + 1]
    assert not any("nothing planted" in line for line in print_lines(example_planted()[0]))


def test_without_interpreters_nothing_is_judged_in_words() -> None:
    assert "without an interpreter" in print_lines(example_finding("head", "at most", 0.03, 0.0))[0]
