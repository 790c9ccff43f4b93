"""Files first, then the terminal; what cannot be written is found out before the work, or stops nothing."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from rich.text import Text

from attrimeter.cli.terminal import ReaderGoneError
from attrimeter.cli.written import Outputs, legible_value
from attrimeter.errors import ImageError, SettingsError, StorageError
from attrimeter.storage import json_text
from devices import NULL, make_device

HOW: dict[str, Any] = {
    "text": lambda found: Text(f"found {found}"),
    "page": lambda found: f"<html>{found}</html>",
    "draw": lambda found: Figure(figsize=(1, 1)),
    "draw_second": lambda found: Figure(figsize=(1, 1)),
}


@pytest.fixture(autouse=True)
def documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text has a document, too."""
    monkeypatch.setattr("attrimeter.figures.to_json", lambda found: json_text({"found": found}))


def test_files_are_written_then_shown_then_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = {
        "json_file": tmp_path / "a.json",
        "page": tmp_path / "a.html",
        "figure": tmp_path / "a.png",
        "second_figure": tmp_path / "b.svg",
    }
    Outputs(**paths).deliver("it\n", **HOW)
    said = capsys.readouterr()
    assert said.out == "found it\\n\n"
    assert said.err.splitlines() == [f"wrote {path}" for path in paths.values()]
    assert json.loads(paths["json_file"].read_text()) == {"found": "it\n"}
    assert paths["page"].read_text() == "<html>it\n</html>" and b"<svg" in paths["second_figure"].read_bytes()


def test_what_was_not_asked_for_is_not_made(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("attrimeter.figures.to_json", lambda found: 1 / 0)
    Outputs().deliver("it", text=HOW["text"], page=lambda found: 1 / 0)  # type: ignore[arg-type,return-value]
    assert capsys.readouterr() == ("found it\n", "")


@pytest.mark.parametrize("name", ["-", "/dev/fd/1"])
def test_a_file_on_standard_output_stands_there_alone(
    capfd: pytest.CaptureFixture[str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Outputs(json_file=Path(name)).deliver("it", **HOW)
    said = capfd.readouterr()
    assert json.loads(said.out) == {"found": "it"} and said.err == "found it\n"


def test_a_page_and_a_figure_go_through_devices_and_pipes(tmp_path: Path) -> None:
    device = make_device(tmp_path / "null", NULL)
    read_end, write_end = os.pipe()
    Outputs(page=device, figure=Path(f"/dev/fd/{write_end}"), json_file=device).deliver("it", **HOW)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as stream:
        assert stream.read().startswith(b"\x89PNG")
    assert stat.S_ISCHR(device.stat().st_mode)


@pytest.mark.parametrize(
    ("paths", "error", "words"),
    [
        ({"figure": "a.pdf"}, SettingsError, "ending in .png or .svg"),
        ({"second_figure": "a"}, SettingsError, "ending in .png or .svg"),
        ({"page": "."}, StorageError, "it is a folder"),
        ({"json_file": "file/a.json"}, StorageError, "cannot be written"),
        ({"json_file": "a", "page": "./b/../a"}, SettingsError, "Two outputs go to"),
        ({"json_file": "-", "figure": "/dev/stdout"}, SettingsError, "Two outputs go to"),
        ({"json_file": "file", "page": "link"}, SettingsError, "Two outputs go to"),
    ],
)
def test_what_cannot_be_is_refused_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, paths: dict[str, str], error: type[Exception], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("kept")
    Path("link").symlink_to("file")
    with pytest.raises(error, match=words):
        Outputs(**{name: Path(path) for name, path in paths.items()})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "link"]


def test_one_failure_keeps_nothing_else_from_coming(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outputs = Outputs(json_file=tmp_path / "a.json", page=tmp_path / "b.html", figure=tmp_path / "c.png")
    (tmp_path / "a.json").mkdir()  # in the meantime

    def fail(found: str) -> str:
        raise ImageError("A picture is gone.")

    with pytest.raises(StorageError, match=r"a\.json: it is a folder"):
        outputs.deliver("it", **{**HOW, "page": fail})
    said = capsys.readouterr()
    assert said.out == "found it\n" and said.err == f"wrote {tmp_path / 'c.png'}\n"


def test_a_reader_that_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path, data: bytes) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("attrimeter.cli.written.write_output", fail)
    with pytest.raises(ReaderGoneError):
        Outputs(json_file=Path("-"), figure=tmp_path / "a.png").deliver("it", **HOW)
    assert (tmp_path / "a.png").is_file()


@dataclass(frozen=True)
class Inner:
    name: str
    path: Path = Path("a\nb")


@dataclass(frozen=True)
class Outer:
    names: tuple[str, ...]
    parts: Any
    pixels: np.ndarray[Any, Any]
    made: str = field(init=False, default="made\n")


def test_every_text_is_on_one_line_and_the_rest_as_it_was() -> None:
    pixels = np.zeros(3)
    value = Outer(("a\nb", "ü"), MappingProxyType({"k\x1b": [Inner("n\u202e"), 1.5, None]}), pixels)
    shown = legible_value((value, "x\ty"))
    assert shown[1] == r"x\ty" and shown[0].names == (r"a\nb", "ü")
    assert shown[0].parts == {r"k\x1b": [Inner(r"n\u202e"), 1.5, None]}
    assert shown[0].pixels is pixels and value.names == ("a\nb", "ü")
    assert legible_value(None) is None and legible_value("a") == "a"
