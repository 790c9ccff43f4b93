"""What mkdocs does besides Markdown: formulas become MathML, notebooks become pages, numbers stay in one line."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert
from mkdocs.structure.files import File, Files
from nbconvert import MarkdownExporter

_CELL = re.compile(r"<td[^>]*>.*?</td>", re.DOTALL)
_INTERVAL = re.compile(r"[\[(][-−+]?[\d.]+(?:, | to |–)[-−+]?[\d.]+[\])]")
_PERCENT = re.compile(r"(<pre.*?</pre>)|(?<=\d) (?=%)", re.DOTALL)
_ROLE = re.compile(r":(?:func|class|meth|mod|attr|data):(?=<code>)")
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
    """Formulas as MathML, which browsers draw without any script; intervals in tables and percentages that no line
    break divides; no roles (``:func:``) before the names in docstrings."""
    text = _CELL.sub(_keep_intervals, _PERCENT.sub(lambda found: found[1] or "&nbsp;", _ROLE.sub("", text)))
    return _FORMULA.sub(_as_mathml, text)


def _keep_intervals(cell: re.Match[str]) -> str:
    return _INTERVAL.sub(r'<span class="interval">\g<0></span>', cell.group())


def _as_mathml(found: re.Match[str]) -> str:
    kind, formula = found.groups()
    return convert(html.unescape(formula.strip()), display="block" if kind == "div" else "inline")
