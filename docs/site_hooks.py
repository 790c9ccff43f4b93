"""What mkdocs does besides Markdown: formulas become MathML, and notebooks become pages."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert
from mkdocs.structure.files import File, Files
from nbconvert import MarkdownExporter

_FORMULA = re.compile(r'<(span|div) class="arithmatex">\s*\\[(\[](.*?)\\[)\]]\s*</\1>', re.DOTALL)


def on_files(files: Files, config: Any) -> Files:
    """Every notebook is a page under its own name, with the pictures that it drew beside it."""
    for file in [file for file in files if file.src_uri.endswith(".ipynb")]:
        folder = Path(file.src_uri).parent.as_posix()
        text, resources = MarkdownExporter().from_filename(file.abs_src_path)
        files.remove(file)
        files.append(File.generated(config, file.src_uri.replace(".ipynb", ".md"), content=text))
        for name, picture in resources["outputs"].items():
            files.append(File.generated(config, f"{folder}/{name}", content=picture))
    return files


def on_page_content(text: str, **_: Any) -> str:
    """Formulas as MathML, which browsers draw without any script."""
    return _FORMULA.sub(_as_mathml, text)


def _as_mathml(found: re.Match[str]) -> str:
    kind, formula = found.groups()
    return convert(html.unescape(formula.strip()), display="block" if kind == "div" else "inline")
