from __future__ import annotations

import io
from dataclasses import replace

from rich.console import Console

from attrimeter.figures.checks.sanity_text import sanity_text
from attrimeter.values.sanity import SanityFindings
from figures.check_examples import example_sanity


def print_lines(findings: SanityFindings) -> list[str]:
    file = io.StringIO()
    Console(file=file, width=80, force_terminal=False).print(sanity_text(findings))
    return [line.rstrip() for line in file.getvalue().splitlines()]


def test_verdicts_and_numbers() -> None:
    found = replace(example_sanity(), shuffled_labels=example_sanity().shuffled_weights)
    lines = print_lines(found)
    assert lines[0] == "3 of 4 sanity checks came out as they must." and max(map(len, lines)) <= 80
    checks = [line.split(maxsplit=1) for line in lines if line.startswith("  ")][:4]
    assert [verdict for verdict, _ in checks] == ["no", "yes", "yes", "yes"]
    assert "1.9 times as large (asked: 2)" in checks[0][1] and "0.93 (asked: 0.9)" in checks[3][1]
    own = next(line for line in lines if line.startswith("the interpreter"))
    assert "0.82  (0.80 to 0.84)" in own and "0.27  (0.25 to 0.29)" in own


def test_what_was_not_checked_is_left_out() -> None:
    found = replace(example_sanity(), other_target=None, other_average=None, shuffled_labels=None, seeds=None)
    text = "\n".join(print_lines(found))
    assert "1 of 1 sanity checks" in text and "nan" not in text
    assert not any(
        words in text for words in ("another target", "of that target", "shuffled labels", "seeds")
    )
