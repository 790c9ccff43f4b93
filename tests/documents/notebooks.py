"""The notebooks of the documentation, run from top to bottom; as a module, it keeps what they print."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[2] / "docs" / "notebooks"
SECONDS = 600
"""Longest that a cell may take before it counts as stuck."""


def run(path: Path) -> nbformat.NotebookNode:
    """The notebook with what its cells print and draw. Raises what a cell raises."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=SECONDS, record_timing=False)
    return client.execute(cwd=str(path.parent))


if __name__ == "__main__":
    for path in sorted(FOLDER.glob("*.ipynb")):
        nbformat.write(run(path), path)
