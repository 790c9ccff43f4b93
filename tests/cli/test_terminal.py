"""The two streams: what is shown is literal, and a stream that fails ends in a sentence."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Group
from rich.progress import Progress, TextColumn
from rich.table import Table
from rich.text import Text

from attrimeter.cli.terminal import ERRORS, Terminal, columns, prepare_streams, say, show, tell
from attrimeter.errors import StorageError
from attrimeter.figures.tables.layout import lay_out_table
from attrimeter.figures.tables.view import Cell, Row, TableView
from devices import FULL, make_device

NAME = "ev[/red]il [bold]x[/bold] :smile: \x1b[31m"
SHOWN = "ev[/red]il [bold]x[/bold] :smile: \\x1b[31m"


def test_nothing_is_read_as_markup_or_drives_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    view = TableView("", ("name", NAME), (Row(NAME, (Cell(NAME),)),), words=2)
    plain = Table("name")
    plain.add_row(NAME)
    show(Group(Text(NAME), *lay_out_table(view, names=80), plain))
    say(NAME + "\nsecond")
    tell(NAME)
    said = capsys.readouterr()
    assert (
        said.out.count(SHOWN) == 5
        and said.out.count("ev[/red]il") == 6
        and said.out.endswith(SHOWN + "\\nsecond\n")
    )
    assert said.err == SHOWN + "\n" and "\x1b" not in said.out


def test_colours_stay_on_a_terminal() -> None:
    stream = io.StringIO()
    Terminal(file=stream, force_terminal=True, color_system="standard").print(Text(NAME, style="red"))
    assert stream.getvalue().startswith("\x1b[31mev[/red]il") and "\\x1b[" in stream.getvalue()


def test_a_bar_is_named_literally() -> None:
    stream = io.StringIO()
    console = Terminal(file=stream, force_terminal=True)
    with Progress(TextColumn("{task.description}", markup=False), console=console) as bars:
        bars.add_task(NAME)
    assert "ev[/red]il" in stream.getvalue()


@pytest.mark.parametrize("width", ["40", "200"])
def test_where_nobody_looks_on_tables_are_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], width: str
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    assert columns() == 100
    table = Table(*map(str, range(8)))
    table.add_row(*["12.3\n[10.1, 14.5] of all"] * 8)
    show(Group(Text("word " * 60), Group(table)))
    lines = capsys.readouterr().out.splitlines()
    assert max(len(line.rstrip()) for line in lines[:3]) <= 100, "sentences are wrapped"
    assert sum(line.count("[10.1, 14.5] of all") for line in lines) == 8


def test_a_terminal_keeps_its_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert columns() == 120


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437"])
def test_characters_that_the_stream_lacks_are_replaced(
    monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    streams = [io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="strict") for _ in range(2)]
    monkeypatch.setattr(sys, "stdout", streams[0])
    monkeypatch.setattr(sys, "stderr", streams[1])
    prepare_streams()
    table = Table("图")
    table.add_row("█▏ … “größer”")
    show(table)
    say("图")
    tell("图")
    for stream in streams:
        stream.flush()
        assert b"?" in stream.buffer.getvalue()  # type: ignore[attr-defined]


class Failing(io.TextIOBase):
    def __init__(self, error: OSError) -> None:
        self.error = error

    def write(self, text: str) -> int:
        raise self.error

    def flush(self) -> None:
        raise self.error


def test_a_full_standard_output_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Failing(OSError(28, "No space left on device")))
    for print_it in (say, show):
        with pytest.raises(StorageError, match=r"^Standard output could not be written: No space left"):
            print_it("text")


def test_failing_errors_stop_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Failing(OSError(28, "No space left on device")))
    tell("text")
    ERRORS.print("text")


def attrimeter(*words: object, **how: object) -> subprocess.CompletedProcess[bytes]:
    code = "from attrimeter.cli.main import run; run()"
    return subprocess.run([sys.executable, "-c", code, *map(str, words)], timeout=120, **how)  # type: ignore


def test_a_full_device_behind_standard_output(tmp_path: Path) -> None:
    full = make_device(tmp_path / "full", FULL)
    for words in (["targets", "--json", tmp_path / "a.json"], ["--help"], ["--version"]):
        with full.open("wb") as stream:
            said = attrimeter(*words, stdout=stream, stderr=subprocess.PIPE)
        lines = said.stderr.decode().splitlines()
        assert said.returncode == 2 and "No space left on device" in lines[-1], said
        assert len([line for line in lines if line.startswith("attrimeter: ")]) == 1
    assert (tmp_path / "a.json").is_file()


def test_a_reader_that_goes_is_no_error(tmp_path: Path) -> None:
    for words in (["targets", "--json", tmp_path / "b.json"], ["targets", "--json", "-"]):
        read_end, write_end = os.pipe()
        os.close(read_end)
        said = attrimeter(*words, stdout=write_end, stderr=subprocess.PIPE)
        os.close(write_end)
        assert said.returncode == 141 and b"rror" not in said.stderr, said
    assert (tmp_path / "b.json").is_file()


def test_without_standard_streams(tmp_path: Path) -> None:
    said = attrimeter("targets", "--json", tmp_path / "c.json", preexec_fn=lambda: (os.close(1), os.close(2)))
    assert said.returncode == 0 and (tmp_path / "c.json").is_file()
