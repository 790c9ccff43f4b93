from __future__ import annotations

import io
import math
from dataclasses import replace

from rich.console import Console

from attrimeter.figures.evaluation.text import evaluation_text
from attrimeter.values import Evaluation
from figures.examples import example_evaluation


def print_text(evaluation: Evaluation) -> str:
    console = Console(file=io.StringIO(), width=80, force_terminal=False)
    console.print(evaluation_text(evaluation))
    return str(console.file.getvalue())  # type: ignore[attr-defined]


def test_eighty_columns_hold_every_number() -> None:
    text = print_text(
        example_evaluation(form="distilled", notes=("In-sample: the target knows these people.",))
    )
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "Note: In-sample: the target knows these people." in text
    for fragment in (
        "91.2",
        "89.1–93.3",
        "583 queries; 4 without a match left out",
        "41,230 pairs",
        "3.2 to 3.9",
    ):
        assert fragment in text
    for row in example_evaluation().rows:
        line = next(line for line in text.splitlines() if line.startswith(row.name + " "))
        numbers = line.removeprefix(row.name).split()
        assert numbers[:2] == [f"{row.differs:.1f}", f"{row.share_differs:.1f}"]
        assert numbers[-1] == f"{row.reading_accuracy:.1f}"


def test_the_baselines_stand_beside_the_interpreter() -> None:
    lines = print_text(example_evaluation()).splitlines()
    values = {
        name: next(line for line in lines if line.startswith(name)).removeprefix(name).split()[1]
        for name in ("interpreter", "constant order", "attribute classifier")
    }
    assert values == {"interpreter": "74.2", "constant order": "52.0", "attribute classifier": "66.1"}
    assert any("Clearly above the best baseline" in line for line in lines)


def test_an_evaluation_without_parts_is_shown_without_them() -> None:
    empty = replace(example_evaluation(), retrieval={}, attribution={}, rows=(), mean_other_share=math.nan)
    text = print_text(empty)
    assert "osnet_x0_25" in text and "Retrieval" not in text and "nan" not in text
