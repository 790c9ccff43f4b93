from __future__ import annotations

from attrimeter.progress import StepProgress, silent


def test_nobody_can_be_told_any_step() -> None:
    progress: StepProgress = silent
    assert progress("truth")(1, 2) is None  # type: ignore[func-returns-value]
