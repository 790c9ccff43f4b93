"""The files beside the code agree with it: one version, and a citation of it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

import attrimeter

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_version_is_written_in_the_package_alone() -> None:
    assert "version" not in PROJECT["project"] and PROJECT["project"]["dynamic"] == ["version"]
    source = ROOT / PROJECT["tool"]["hatch"]["version"]["path"]
    assert re.findall(r'^__version__ = "(.+)"$', source.read_text("utf-8"), re.M) == [attrimeter.__version__]


def test_the_citation_is_of_this_version_and_of_the_paper() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert str(citation["version"]) == attrimeter.__version__
    assert citation["license"] == PROJECT["project"]["license"]
    (paper,) = citation["references"]
    assert [author["family-names"] for author in paper["authors"]] == [
        "Chen",
        "Liu",
        "Liu",
        "Zhang",
        "Zhang",
        "Mei",
    ]
    assert paper["url"] in PROJECT["project"]["urls"].values()


def test_the_change_log_knows_this_version() -> None:
    assert f"\n## {attrimeter.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_declared_pythons_begin_with_the_oldest_that_installs() -> None:
    oldest = PROJECT["project"]["requires-python"].removeprefix(">=")
    lines = [line for line in PROJECT["project"]["classifiers"] if "Python :: 3." in line]
    assert [line.rpartition(" ")[2] for line in lines] == [oldest, "3.12", "3.13"]


@pytest.mark.parametrize(
    "form", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")), ids=lambda f: f.stem
)
def test_issue_forms_can_be_read(form: Path) -> None:
    fields = yaml.safe_load(form.read_text(encoding="utf-8"))
    if form.stem == "config":
        assert fields == {"blank_issues_enabled": True}
        return
    assert set(fields) == {"name", "description", "labels", "body"}
    names = [field["id"] for field in fields["body"] if field["type"] != "markdown"]
    assert names and len(names) == len(set(names))
    assert all(field["attributes"].get("label") or field["type"] == "markdown" for field in fields["body"])


def test_hooks_before_a_commit_fetch_nothing_and_use_the_programs_of_the_checks() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [repository["repo"] for repository in hooks["repos"]] == ["local"]
    assert all(
        hook["language"] == "system" and hook["entry"].startswith(".venv/bin/")
        for hook in hooks["repos"][0]["hooks"]
    )
