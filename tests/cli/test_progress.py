"""Where nobody looks on, progress is a line now and then."""

from __future__ import annotations

import pytest

from attrimeter.cli.progress import PAUSE, PlainLines, progress_bars


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    update = PlainLines(clock).follow("measuring [red]\x1b")
    for second in range(0, 10 * 60 + 1, 5):
        clock.now = float(second)
        update(second * 10, 12_000)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 10 * 60 / PAUSE
    assert lines[0] == "measuring [red]\\x1b: 300 of 12,000, about 20 minutes left"
    assert lines[-1] == "measuring [red]\\x1b: 6,000 of 12,000, about 10 minutes left"


def test_what_takes_no_time_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    update = PlainLines(Clock()).follow("fitting")
    for done in range(1000):
        update(done, 1000)
    assert capsys.readouterr().err == ""


def test_a_new_round_is_timed_anew_and_tasks_share_the_pause(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    lines = PlainLines(clock)
    first, second = lines.follow("fitting"), lines.follow("reading")
    for now, update, done in ((100, first, 50), (105, second, 1), (200, first, 1), (240, first, 3)):
        clock.now = float(now)
        update(done, 100)
    said = capsys.readouterr().err.splitlines()
    assert said == [
        "fitting: 50 of 100",
        "fitting: 1 of 100",
        "fitting: 3 of 100, about 32 minutes left",
    ]


def test_a_file_gets_lines_and_a_terminal_bars(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("attrimeter.cli.progress.PAUSE", 0.0)
    with progress_bars() as make:
        make("rendering")(1, 2)
    assert capsys.readouterr().err == "rendering: 1 of 2\n"
