"""Answers checked by doing the edit, on a few rendered pairs of a small target."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from attrimeter.benchmarking.changes.calibration import measure_changes
from attrimeter.benchmarking.changes.cases import make_cases, read_tables
from attrimeter.benchmarking.changes.check import check_changes
from attrimeter.benchmarking.changes.scoring import answer_cases, work_probabilities
from attrimeter.benchmarking.measuring import BENCHMARK_STREAM
from attrimeter.errors import InterpreterError
from attrimeter.explaining.changes.answer import answer_change
from attrimeter.interpreter import Interpreter
from attrimeter.interpreter.facts import Facts
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import Target, open_target
from attrimeter.values.edit_tables import EditTables
from benchmarking.changes.change_examples import KINDS, SEED, make_interpreter
from benchmarking.measured import tables_of_kinds

GROUPS = tuple(SCHEMAS["market1501"].groups)


@pytest.fixture(scope="module")
def target(tiny_target_file: Path) -> Target:
    return open_target(tiny_target_file)


@pytest.fixture(scope="module")
def tables(target: Target) -> EditTables:
    return tables_of_kinds(target, kinds=KINDS, seed=SEED, stream=BENCHMARK_STREAM, workers=1)


@pytest.fixture
def interpreter(target: Target, tables: EditTables) -> Interpreter:
    """With a limit that some of the pairs lie beyond."""
    limit = float(np.sqrt(np.median(np.concatenate([tables.total, tables.none]))))
    return make_interpreter(target, limit=limit)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def few_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("attrimeter.benchmarking.true_shares.SHARES_PAIRS", {"few": 2})


def test_every_question_is_asked_and_answered(
    target: Target, interpreter: Interpreter, tables: EditTables, cache: Path
) -> None:
    card = measure_changes(target, interpreter, cache=cache, pairs=KINDS, workers=1)
    interpreter.facts = Facts(changes=card)
    found = check_changes(
        target, interpreter, pairs={**KINDS, "same": 9}, seed=SEED, cache=cache, samples=10, workers=1
    )
    assert [question.turn for question in found.questions] == ["match", "no match", "swap"]
    match, broken, swap = found.questions
    assert match.pairs == (tables.total > card.threshold).sum()
    assert broken.pairs == (tables.none <= card.threshold).sum() and swap.pairs <= len(tables)
    for question in found.questions:
        assert sum(question.sizes.values()) == question.possible <= question.pairs
        assert question.lines[0].name == "calibrated" and question.sure == card.rules[question.turn].sure
    assert found.threshold == pytest.approx(interpreter.same_person.facts["match_distance"])  # type: ignore


def test_what_is_checked_is_what_is_said(
    target: Target, interpreter: Interpreter, tables: EditTables, cache: Path
) -> None:
    """The answers of the table are those that explaining gives of the same pictures."""
    card = measure_changes(target, interpreter, cache=cache, pairs=KINDS, workers=1)
    interpreter.facts = Facts(changes=card)
    cases = make_cases(read_tables(interpreter, tables), threshold=card.threshold)["match"]
    answers = answer_cases(cases, work_probabilities(cases, card.back), sure=card.rules["match"].sure)
    rows = np.flatnonzero(tables.total > card.threshold)
    assert len(rows) == len(cases) > 0
    for place, row in enumerate(rows):
        first, second = (interpreter.read_images([side[row]]) for side in (tables.first, tables.second))
        said = answer_change(interpreter, first, second)
        assert said is not None and said.turn == "match"
        expected = {GROUPS[group] for group in np.flatnonzero(answers.sets[place])}
        assert set(said.groups) == expected


def test_what_was_not_calibrated_is_told(target: Target, interpreter: Interpreter, cache: Path) -> None:
    interpreter.same_person = None
    with pytest.raises(InterpreterError, match="attrimeter calibrate"):
        check_changes(target, interpreter, pairs=KINDS, cache=cache)
