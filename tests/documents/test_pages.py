"""The pages of the site can be followed: their commands start, their code runs, what they quote is said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.campaigns.commands import call
from tests.documents.conftest import ROOT, follow, measure_little

DOCS = ROOT / "docs"
PAGES = [DOCS / "index.md", *sorted((DOCS / "how-to").glob("*.md"))]
CITED = re.compile(r"docs/method\.md#([\w-]+)")
PATHS = re.compile(r"`((?:tests|recipes|benchmarks|src)/[\w/.-]+\.\w+)`")


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)


def commands() -> list[str]:
    lines = [line for page in PAGES for block in blocks(page, "console") for line in block.splitlines()]
    return list(dict.fromkeys(line.removeprefix("$ ") for line in lines))


@pytest.fixture(scope="module")
def calibrated(things: Path, rendered_set: Path) -> Path:
    """The folder as it is for a reader who has calibrated, and has a list of people and a schema."""
    [schema] = blocks(DOCS / "how-to" / "attributes.md", "yaml")
    (things / "schema.yaml").write_text(schema, encoding="utf-8")
    [table] = [text for text in blocks(DOCS / "how-to" / "attributes.md", "text") if text.startswith("path,")]
    pictures = sorted((things / "DATA" / "bounding_box_train").glob("*.jpg"))
    for listed, picture in zip(re.findall(r"images/\w+\.jpg", table), pictures, strict=False):
        table = table.replace(listed, str(picture))
    (things / "people.csv").write_text(table, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        measure_little(patch)
        patch.chdir(things)
        outcome, said = call(["calibrate", "runs/market", str(rendered_set), "--cache=cache", "--changes"])
        assert outcome == "done", said
    return things


@pytest.mark.parametrize("line", commands())
def test_every_command_starts_as_it_is_written(
    calibrated: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    follow(line, monkeypatch, calibrated)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if blocks(page, "python")], ids=lambda page: page.name
)
def test_the_code_runs(things: Path, monkeypatch: pytest.MonkeyPatch, page: Path) -> None:
    monkeypatch.chdir(things)
    names: dict[str, object] = {}
    for block in blocks(page, "python"):
        exec(compile(block, page.name, "exec"), names)


def test_what_troubleshooting_quotes_is_said_by_the_program() -> None:
    page = (DOCS / "how-to" / "troubleshooting.md").read_text(encoding="utf-8")
    source = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "src").rglob("*.py"))
    said = " ".join(re.sub(r"\"\s*\n\s*f?\"", "", source).split())
    quoted = re.findall(r"\*\*\"(.+?)\"\*\*", page)
    assert len(quoted) > 5
    for sentence in quoted:
        for part in re.split(r"\.\.\.|\b[NM]\b|'[^']*'", sentence):
            assert part.strip(" ,.") in said, (sentence, part)


def test_sections_that_the_source_cites_exist() -> None:
    titles = re.findall(r"^#+ (.+)$", (DOCS / "method.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    sections = {title.lower().replace(" ", "-") for title in titles}
    cited = [
        section
        for file in (ROOT / "src").rglob("*.py")
        for section in CITED.findall(file.read_text(encoding="utf-8"))
    ]
    assert len(cited) > 5 and set(cited) <= sections, set(cited) - sections


def test_files_that_the_pages_name_exist() -> None:
    for page in DOCS.rglob("*.md"):
        for path in PATHS.findall(page.read_text(encoding="utf-8")):
            assert (ROOT / path).exists() or "corridor" in path, (page.name, path)
