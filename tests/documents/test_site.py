"""The site builds without a warning, loads nothing from elsewhere, and has every public name on it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

import attrimeter

ROOT = Path(__file__).parents[2]
_LOADS = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "embed": "src"}
_NOT_LOADED = {"canonical", "next", "prev", "alternate"}
_FROM_ELSEWHERE = re.compile(r"\s*(https?:)?//", re.IGNORECASE)
_IN_STYLES = re.compile(r"(?:url\(|@import)\s*['\"]?((?:https?:)?//[^'\")]+)", re.IGNORECASE)


class Loads(HTMLParser):
    """The addresses that a page loads by being looked at; links that a reader may follow are none."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "link" and values.get("rel") not in _NOT_LOADED:
            self.found.append(values.get("href") or "")
        self.found.append(values.get(_LOADS.get(tag, "")) or "")
        self.found += (values.get("srcset") or "").split(",")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    words = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    built = subprocess.run(
        words, cwd=ROOT, capture_output=True, text=True, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    pages, styles = list(site.rglob("*.html")), list(site.rglob("*.css"))
    assert len(pages) > 10 and styles
    for page in pages:
        text = page.read_text(encoding="utf-8")
        loads = Loads(text)
        assert any(address.endswith(".css") for address in loads.found)
        elsewhere = [address for address in loads.found if _FROM_ELSEWHERE.match(address)]
        assert not elsewhere + _IN_STYLES.findall(text), page.name
    for style in styles:
        assert not _IN_STYLES.findall(style.read_text(encoding="utf-8")), style.name


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://cdn.test/a.js">',
        '<link rel="stylesheet" href="//fonts.test/a.css">',
        '<img srcset="a.png, https://pictures.test/b.png 2x">',
    ],
)
def test_a_load_from_elsewhere_would_be_seen(text: str) -> None:
    assert any(_FROM_ELSEWHERE.match(address) for address in Loads(text).found)


def test_every_public_name_is_in_the_reference(site: Path) -> None:
    page = (site / "reference" / "api.html").read_text(encoding="utf-8")
    for name in set(attrimeter.__all__) - {"__version__"}:
        assert f'id="attrimeter.{name}"' in page, f"docs/reference/api.md lacks '::: attrimeter.{name}'"


def test_the_reference_shows_no_roles_of_docstrings(site: Path) -> None:
    assert not re.search(
        r":(func|class|meth|mod|attr|data):", (site / "reference" / "api.html").read_text("utf-8")
    )


def test_no_line_break_divides_a_number(site: Path) -> None:
    page = (site / "results" / "truth.html").read_text(encoding="utf-8")
    assert '<span class="interval">[0.32, 0.36]</span>' in page
    assert "90&nbsp;% intervals" in page


def test_the_search_finds_what_the_pages_say(site: Path) -> None:
    index = (site / "search" / "search_index.json").read_text(encoding="utf-8")
    assert "same-person model" in index and "attrimeter fit" in index


def test_formulas_are_drawn_without_a_script(site: Path) -> None:
    for page in site.rglob("*.html"):
        assert 'class="arithmatex"' not in page.read_text(encoding="utf-8"), page.name
