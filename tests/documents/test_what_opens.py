"""docs/what-opens.md says what the code says."""

from __future__ import annotations

from attrimeter.datasets import LAYOUTS
from attrimeter.targets import PROFILES
from documents.what_opens import PAGE, make_page


def test_the_page_is_what_the_code_says() -> None:
    said = "docs/what-opens.md is of other code; write it anew: python -m tests.documents.what_opens"
    assert PAGE.read_text(encoding="utf-8") == make_page(), said


def test_every_profile_and_layout_is_on_it() -> None:
    page = make_page()
    assert all(f"`{name}`" in page for name in (*PROFILES, *LAYOUTS))
