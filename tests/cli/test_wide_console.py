from __future__ import annotations

import pytest

from attrimeter.cli.wide_console import wide_console
from attrimeter.figures.checkpoint_text import COLUMNS


@pytest.mark.parametrize("columns", ["40", "200"])
def test_output_to_a_file_has_a_hundred_columns(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert wide_console().width == COLUMNS == 100


def test_a_terminal_keeps_its_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert wide_console().width == 120
