"""``attrimeter audit`` and ``attrimeter compare`` as they are typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def test_an_audit_in_words_page_figure_and_json(
    call: Any, fitted: Path, rendered_set: Path, tmp_path: Path
) -> None:
    page, figure, scores = (tmp_path / name for name in ("audit.html", "audit.png", "audit.json"))
    answer = call(
        "audit", fitted, rendered_set, "--cache", tmp_path / "maps", "--candidates", 9,
        "--page", page, "--figure", figure, "--json", scores,
    )  # fmt: skip
    assert answer.code == 0, answer.err
    found = json.loads(scores.read_text())
    assert found["findings"][0]["title"] in " ".join(answer.out.split())
    assert found["queries"] == len(list((rendered_set / "query").glob("*.jpg")))
    html = page.read_text()
    assert "<html" in html and "http://" not in html.replace("http://www.w3.org", "")
    assert ("data:image" in html) == bool(found["wrong"])  # rendered persons are shown
    assert figure.read_bytes().startswith(b"\x89PNG")
    assert all(f"wrote {path}" in answer.err for path in (page, figure, scores))


def test_an_audit_of_what_cannot_be_audited(
    call: Any, fitted: Path, rendered_set: Path, tmp_path: Path
) -> None:
    answer = call("audit", fitted, rendered_set, "--candidates", 0)
    assert (
        answer.code == 2
        and "--candidates must be a whole number from 1" in answer.err
        and answer.err.count("\n") == 1
    )
    answer = call("audit", fitted, tmp_path / "nothing")
    assert answer.code == 2 and "There is no data set" in answer.err and answer.err.count("\n") == 1
    answer = call("audit", tmp_path, rendered_set)
    assert answer.code == 2 and answer.err.count("\n") == 1


def test_a_comparison_in_words_page_figure_and_json(
    call: Any, fitted: Path, rendered_set: Path, tmp_path: Path
) -> None:
    page, figure, scores = (tmp_path / name for name in ("both.html", "both.png", "both.json"))
    answer = call(
        "compare", fitted, fitted, rendered_set, "--cache", tmp_path / "maps",
        "--page", page, "--figure", figure, "--json", scores,
    )  # fmt: skip
    assert answer.code == 0, answer.err
    found = json.loads(scores.read_text())
    assert found["rank1"]["value"] == 0 and found["disagreements"] == []
    assert "(first)" in answer.out and "(second)" in answer.out
    assert "<html" in page.read_text() and figure.read_bytes().startswith(b"\x89PNG")
    answer = call("compare", fitted, tmp_path, rendered_set)
    assert answer.code == 2 and answer.err.count("\n") == 1
