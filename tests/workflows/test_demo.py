"""The demo, small: every step runs, the report shows the pairs, and nothing of others is replaced."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from attrimeter.errors import DatasetError
from attrimeter.fitting import preparing
from attrimeter.targets import open_target
from attrimeter.workflows import demo
from attrimeter.workflows.demo import DemoSettings, demo_target_path, run_demo

SMALL = DemoSettings(
    identities=10, test_identities=6, images_per_identity=4, pairs=60, epochs=1, trust_pairs={"few": 24}
)


def test_the_demo_ends_with_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(preparing, "FAMILIES", 5)
    monkeypatch.setattr(demo, "MOST_GROUPS", 0)
    with caplog.at_level(logging.INFO, logger=demo.__name__):
        report = run_demo(tmp_path / "demo", settings=SMALL)
    steps = [record for record in caplog.records if record.name == demo.__name__]
    page = report.read_text(encoding="utf-8")
    assert report.name == "report.html" and len(steps) == 5
    assert page.count("data:image/png") >= 10 and "https://" not in page and "http://" not in page
    assert "attrimeter fit" in page and "with only the" in page
    assert page.count("Measured on this very pair: ") == 5
    assert len(list((tmp_path / "demo").glob("pair-*.png"))) == 5
    assert run_demo(tmp_path / "demo", settings=SMALL) == report


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine")
    with pytest.raises(DatasetError, match="not made by the demo"):
        run_demo(tmp_path, settings=SMALL)
    assert (tmp_path / "precious.txt").read_text() == "mine"


def test_the_demo_target_is_small() -> None:
    assert demo_target_path().stat().st_size <= 5_000_000
    assert open_target(demo_target_path()).profile.name == "demo"
