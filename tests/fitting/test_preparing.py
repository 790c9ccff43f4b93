"""Which attributes an interpreter will know, and what is said of files that cannot be used."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from attrimeter.datasets import open_dataset
from attrimeter.errors import SettingsError
from attrimeter.fitting.preparing import note_skipped, schema_of_fit
from attrimeter.interpreter import find_form
from attrimeter.schemas import SCHEMAS
from attrimeter.values import Skipped


def test_attributes_are_those_of_the_labels_or_of_rendered_persons(rendered_set: Path) -> None:
    data = open_dataset(rendered_set)
    duke = replace(data, schema=SCHEMAS["dukemtmc"])
    assert schema_of_fit(find_form("exact"), duke) is SCHEMAS["dukemtmc"]
    for labelled in (None, data):
        assert schema_of_fit(find_form("counterfactual"), labelled).names == SCHEMAS["market1501"].names
    with pytest.raises(SettingsError, match="distilled form is fitted on labelled images"):
        schema_of_fit(find_form("distilled"), None)
    with pytest.raises(SettingsError, match="'market1501'; the data follow 'dukemtmc'"):
        schema_of_fit(find_form("counterfactual"), duke)


def test_of_many_skipped_files_the_first_are_named(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="attrimeter"):
        note_skipped(tuple(Skipped(Path(f"{number}.jpg"), "broken [red]") for number in range(8)))
    lines = [record.getMessage() for record in caplog.records]
    assert lines[:5] == [f"skipped {number}.jpg: broken [red]" for number in range(5)]
    assert lines[5:] == ["... and 3 more files."]
