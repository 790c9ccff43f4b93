"""Reading a page back: its tags, and whether it needs anything beside itself."""

from __future__ import annotations

import re
from html.parser import HTMLParser

VOID = {"meta", "img", "br", "link", "hr", "input"}


class PageReader(HTMLParser):
    """Collects tags with attributes and text, and checks that tags are closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.misnested: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        self.misnested += self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.text += " "
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.misnested.append(tag)

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] != "style":
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every such tag."""
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def words(self) -> str:
        """The text with single spaces."""
        return " ".join(self.text.split())


def outside_needs(page: str) -> list[str]:
    """Whatever a browser would have to fetch or run: scripts, links, addresses that are not data."""
    reader = PageReader(page)
    needs = [tag for tag, _ in reader.tags if tag in {"script", "link", "iframe", "object", "base"}]
    for _, attributes in reader.tags:
        needs += [name for name in attributes if name.startswith("on")]
        needs += [
            str(attributes[name])
            for name in ("src", "href", "srcset", "action")
            if name in attributes and not str(attributes[name]).startswith("data:image/")
        ]
    style = "".join(re.findall(r"<style>(.*?)</style>", page, flags=re.S))
    return needs + re.findall(r"url\(|@import", style)
