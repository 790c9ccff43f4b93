"""Names that break what shows them, and the reading of every kind of output that they got into."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from unittest import mock
from xml.etree import ElementTree

import numpy as np

HOSTILE = {
    "no UTF-8": b"ds\xe9\xff",
    "markup": b"ev[/red]il[bold]:smile:",
    "escapes": b"a\x1b[31mb\x1b]0;t\x07\x1b[2J\x7f",
    "line ends": b"a\nb\rc\td\x0b\x0c",
    "C1": "a\x9b31mb\x85c".encode(),
    "separators": "a\u2028b\u2029c".encode(),
    "direction": "a\u202egpj.\u2066x".encode(),
    "mathtext": b"$\\frac{1}{0$_^$",
    "HTML": b"<script>alert(1)&amp;<b x='",
    "comment": b"--><!--",
    "quotes": b"\"'`${x}%s{0}{{y}}",
    "formula": b"=1+1",
    "option": b"--help",
    "noncharacter": "a\uffffb\ufdd0".encode(),
    "scripts": "größe 图 क\u200cक \U0001f469\u200d\U0001f52c\u3000".encode(),
    "long": b"x" * 180,
}
"""Kind -> name of a file or folder, as bytes."""

ENCODINGS = ("utf-8", "cp1252", "latin-1", "cp437", "cp932", "ascii")

ILLEGIBLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufdd0\uffff]")
"""What nothing that a person reads may hold; line ends alone are fine."""


def random_name(random: np.random.Generator) -> bytes:
    """Pieces of hostile names, and any bytes that a file system takes, up to 90 of them."""
    kinds = list(HOSTILE.values())
    parts = [
        kinds[random.integers(len(kinds))][:30]
        if random.random() < 0.6
        else random.integers(1, 256, size=random.integers(1, 12), dtype=np.uint8).tobytes()
        for _ in range(random.integers(1, 4))
    ]
    return b"".join(parts).replace(b"/", b":")[:90]


@dataclass(frozen=True)
class Said:
    """What a command said: its exit code and the bytes on both streams."""

    code: int
    out: bytes
    err: bytes


def call_command(words: list[str], *, encoding: str) -> Said:
    """Run the command line in this process, with both streams in ``encoding`` and strict about it."""
    from attrimeter.cli.main import run

    streams = [io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="strict") for _ in range(2)]
    code = 0
    with (
        mock.patch.object(sys, "argv", ["attrimeter", *words]),
        redirect_stdout(streams[0]),
        redirect_stderr(streams[1]),
    ):
        try:
            run()
        except SystemExit as stop:
            code = int(stop.code or 0)
    for stream in streams:
        stream.flush()
    out, err = (stream.buffer.getvalue() for stream in streams)  # type: ignore[attr-defined]
    return Said(code, out, err)


def read_terminal(data: bytes, encoding: str) -> str:
    """The text on a stream; AssertionError where it drives a terminal or is not in the encoding."""
    text = data.decode(encoding)
    found = ILLEGIBLE.search(text)
    assert found is None, f"{found[0]!r} reached the terminal"
    assert "Traceback" not in text, text[-300:]
    return text


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.texts += [value for _, value in attributes if value]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read_page(path: Path) -> str:
    """The texts of a page; AssertionError where a name became markup or hidden characters are in it."""
    source = path.read_bytes().decode("utf-8")
    found = ILLEGIBLE.search(source)
    assert found is None, f"{found[0]!r} is in the page"
    page = _Page()
    page.feed(source)
    assert "script" not in page.tags and page.tags.count("html") == page.tags.count("body") == 1
    return "\n".join(page.texts)


def read_svg(path: Path) -> None:
    """AssertionError or ParseError where it is no well-formed SVG."""
    root = ElementTree.parse(path).getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert ILLEGIBLE.search(path.read_bytes().decode("utf-8")) is None


def read_json(path: Path) -> str:
    """The document as text with its values' own characters; AssertionError where it is no strict JSON."""
    source = path.read_bytes().decode("utf-8")
    found = ILLEGIBLE.search(source)
    assert found is None, f"{found[0]!r} is in the JSON"

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} in JSON")

    text = json.dumps(json.loads(source, parse_constant=refuse), ensure_ascii=False)
    text.encode("utf-8")  # no half of a character
    return text


def place(folder: Path, name: bytes, suffix: str = "") -> Path:
    """A path under that name in a folder, as Python has it; a slash in it makes folders on the way."""
    path = folder / os.fsdecode(name + suffix.encode())
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
