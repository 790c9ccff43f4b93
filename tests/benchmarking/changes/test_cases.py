"""Questions about rendered pairs: rivals and measured distances, against the tables themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from attrimeter.benchmarking.changes.cases import make_cases, read_tables
from attrimeter.benchmarking.measuring import BENCHMARK_STREAM
from attrimeter.interpreter import Interpreter
from attrimeter.targets import Target, open_target
from attrimeter.values.edit_tables import EditTables
from benchmarking.changes.change_examples import KINDS, SEED, make_interpreter
from benchmarking.measured import tables_of_kinds


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


def test_rivals_are_nearer_pictures_of_other_pairs(interpreter: Interpreter, tables: EditTables) -> None:
    read = read_tables(interpreter, tables)
    cases = make_cases(read, threshold=1.0, seed=2)["swap"]
    squares = np.square(read.first[:, None] - read.second[None]).sum(axis=2)
    places = [int(np.flatnonzero(tables.identities == number)[0]) for number in cases.identities]
    for place, row in enumerate(places):
        others = np.delete(squares[row], row)
        assert cases.thresholds[place] < squares[row, row]
        assert np.isclose(others, cases.thresholds[place]).any()
    nearest = {row for row in range(len(tables)) if squares[row].argmin() == row}
    assert set(range(len(tables))) - set(places) == nearest


def test_every_set_has_its_measured_distance(interpreter: Interpreter, tables: EditTables) -> None:
    made = make_cases(read_tables(interpreter, tables), threshold=1e-9)["match"]
    row = len(tables) - 1
    columns = [int(c) for c in tables.columns[row] if c >= 0]
    for column, chosen in enumerate(made.sets):
        kept = sum(1 << bit for bit, group in enumerate(columns) if not chosen[group])
        assert made.measured[row, column] == tables.values[row, kept]
    onward = make_cases(read_tables(interpreter, tables), threshold=1e9)["no match"]
    for column, chosen in enumerate(onward.sets):
        taken = sum(1 << bit for bit, group in enumerate(columns) if chosen[group])
        assert onward.measured[row, column] == tables.values[row, taken]
