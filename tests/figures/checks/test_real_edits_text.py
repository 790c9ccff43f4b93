from __future__ import annotations

import io
from dataclasses import replace

from rich.console import Console

from attrimeter.figures.checks.real_edits_text import real_edits_text
from attrimeter.values.real_edits import RealEditScores
from figures.real_edits_examples import example_real_edits


def print_lines(scores: RealEditScores) -> list[str]:
    console = Console(file=io.StringIO(), width=80, force_terminal=False)
    console.print(real_edits_text(scores))
    return [line.rstrip() for line in str(console.file.getvalue()).splitlines()]  # type: ignore[attr-defined]


def test_eighty_columns_hold_every_number() -> None:
    lines = print_lines(example_real_edits())
    assert max(map(len, lines)) <= 80 and not any("…" in line for line in lines)
    row = next(index for index, line in enumerate(lines) if line.startswith("upper colour"))
    assert lines[row].split() == ["upper", "colour", "recoloured", "1,150", "9.3", "12.8", "6.7", "77.0"]
    assert lines[row + 1].split("  ")[-1].strip() == "67 to 87"


def test_every_prediction_stands_below_its_group() -> None:
    lines = print_lines(example_real_edits())
    start = next(index for index, line in enumerate(lines) if "predicted" in line)
    names = ("upper colour", "counterfactual", "group average", "handbag", "random region")
    rows = [next(n for n, line in enumerate(lines) if n > start and name in line) for name in names]
    assert rows == list(range(rows[0], rows[0] + len(names)))
    average = next(line for line in lines if "group average" in line)
    assert "−0.08  (−0.35 to 0.16)" in average and "1.85  (1.40 to 2.63)" in average


def test_what_is_not_known_is_a_dash() -> None:
    lines = print_lines(
        replace(example_real_edits(), groups={"handbag": example_real_edits().groups["handbag"]})
    )
    assert "nan" not in "".join(lines)
    assert next(line for line in lines if "random region" in line).split()[2:] == ["–", "0.70"]
