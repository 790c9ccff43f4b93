"""Every notebook runs from top to bottom, and shows what it shows on the site."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from documents.notebooks import FOLDER, run

NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def kinds_of(notebook: nbformat.NotebookNode) -> list[list[str]]:
    """What kinds of output each cell has: text, or the types of a picture or table."""
    return [
        [kind for one in cell.get("outputs", []) for kind in one.get("data", ["text"])]
        for cell in notebook.cells
    ]


def test_there_is_one() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    ran, kept = run(path), nbformat.read(path, as_version=4)
    assert kinds_of(ran) == kinds_of(kept)
    assert any("image/png" in kinds for kinds in kinds_of(ran))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_names_no_place_of_one_machine(path: Path) -> None:
    text = re.sub(r'"image/png": "[^"]*"', "", path.read_text(encoding="utf-8"))
    assert not re.search(r"/(tmp|home|root|work|usr)/", text)
