"""docs/schemas says what the code writes."""

from __future__ import annotations

import pytest

from documents.schemas import FOLDER, make_schemas


@pytest.mark.parametrize(("name", "text"), make_schemas().items())
def test_a_published_schema_is_what_the_code_writes(name: str, text: str) -> None:
    said = f"docs/schemas/{name} is of other code; write all anew: python -m tests.documents.schemas"
    assert (FOLDER / name).read_text(encoding="utf-8") == text, said


def test_no_other_schema_is_published() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(make_schemas())
