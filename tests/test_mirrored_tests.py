"""Every source file has a test file of the mirrored name, or stands here with what tests it."""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
SOURCE = TESTS.parent / "src" / "attrimeter"

ELSEWHERE = {
    "arrays.py": "metrics/test_agreement.py",
    "auditing/disagreements.py": "auditing/test_comparison.py",
    "auditing/errors.py": "auditing/test_audit.py",
    "auditing/pictures.py": "auditing/test_audit.py",
    "auditing/ranking.py": "auditing/test_audit.py",
    "auditing/reading.py": "auditing/test_audit.py",
    "caching/cached_maps.py": "caching/test_map_cache.py",
    "cli/demo.py": "workflows/test_demo.py",
    "cli/main.py": "cli/test_terminal.py",
    "cli/options.py": "cli/test_command.py",
    "datasets/layout.py": "datasets/test_listing.py",
    "datasets/mat_child.py": "datasets/test_mat_files.py",
    "evaluating/calibration.py": "evaluating/test_reweighting.py",
    "evaluating/pair_tally.py": "evaluating/test_evaluation.py",
    "evaluating/reranking.py": "evaluating/test_reweighting.py",
    "fitting/epoch_fit.py": "fitting/test_image_fit.py",
    "fitting/epoch_report.py": "fitting/test_fit_folder.py",
    "fitting/facts.py": "workflows/test_fitting_on_edits.py",
    "fitting/finite.py": "fitting/test_image_fit.py",
    "fitting/objective.py": "fitting/test_edit_fit.py",
    "fitting/persons.py": "workflows/test_fitting_on_edits.py",
    "fitting/resuming.py": "fitting/test_fit_folder.py",
    "interpreter/facts.py": "interpreter/test_description.py",
    "interpreter/forms/fit_settings.py": "test_ranges.py",
    "interpreter/forms/form.py": "interpreter/forms/test_catalogue.py",
    "interpreter/reading.py": "interpreter/test_interpreter.py",
    "interpreter/same_person_file.py": "interpreter/test_same_person.py",
    "interpreter/strict_model.py": "interpreter/test_description.py",
    "synthesis/specification.py": "synthesis/person/test_clothing.py",
    "targets/families/own.py": "targets/checkpoints/test_loading.py",
    "targets/families/transformer_tensors.py": "targets/bodies/test_vision_transformer.py",
    "targets/frozen_network.py": "targets/test_target.py",
    "workflows/auditing.py": "cli/test_as_in_python.py",
    "workflows/calibrating.py": "cli/test_as_in_python.py",
    "workflows/checking.py": "cli/test_check.py",
    "workflows/evaluating.py": "cli/test_as_in_python.py",
    "workflows/explaining.py": "workflows/test_own_modules.py",
}
"""Source file -> the test that holds it: of what calls it, where alone it has nothing to say."""

VALUES = "values/"
"""Frozen values are tested by whoever makes them."""


def without_a_test() -> set[str]:
    found = set()
    for path in SOURCE.rglob("*.py"):
        place = path.relative_to(SOURCE)
        if place.name != "__init__.py" and not (TESTS / place.parent / f"test_{place.name}").exists():
            found.add(place.as_posix())
    return found


def test_every_file_has_its_test_or_says_which_it_is() -> None:
    lacking = {place for place in without_a_test() if not place.startswith(VALUES)}
    assert lacking == set(ELSEWHERE), "a file lacks its test, or the list is not true any more"


@pytest.mark.parametrize("place", sorted(ELSEWHERE))
def test_what_is_named_is_there(place: str) -> None:
    assert (TESTS / ELSEWHERE[place]).is_file() and (SOURCE / place).is_file()
