from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from attrimeter.errors import AttriMeterError
from attrimeter.figures.benchmark.json import benchmark_from_json, benchmark_to_json
from attrimeter.values import Benchmark
from figures.benchmark_examples import empty_benchmark, example_benchmark, hostile_benchmark


@pytest.mark.parametrize("benchmark", [example_benchmark(), hostile_benchmark(), empty_benchmark()])
def test_what_is_written_is_read_back(benchmark: Benchmark) -> None:
    text = json.dumps(benchmark_to_json(benchmark), allow_nan=False)
    # NaN is not equal to itself, its repr is; types and every digit are in the repr too
    assert repr(benchmark_from_json(json.loads(text))) == repr(benchmark)


def test_numbers_stand_under_their_names_and_the_unknown_is_null() -> None:
    document = benchmark_to_json(example_benchmark())
    assert (document["document"], document["version"]) == ("attrimeter.benchmark", 1)
    line = document["explainers"][3]
    assert line["name"] == "label-only" and line["curves"] is None
    assert line["kinds"]["many"]["relative_error"]["value"] == 0.91
    assert line["kinds"]["many"]["spearman"] == {"value": None, "low": None, "high": None}


def damaged(*path: Any, value: Any = None) -> Any:
    document = copy.deepcopy(benchmark_to_json(example_benchmark()))
    place = document
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return document


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ([], "not a benchmark"),
        ({"document": "attrimeter.evaluation", "version": 1}, "not a benchmark"),
        (damaged("version", value=2), "not a benchmark"),
        (damaged("seed"), "'seed'"),
        (damaged("seed", value="seven"), "'seed'"),
        (damaged("explainers", 0, "kinds", "many", "leak", "low"), "explainers.0.kinds.many.leak.low"),
        (damaged("explainers", 0, "kinds", "many", "leak", value="high"), "explainers.0.kinds.many.leak"),
        (damaged("explainers", value=3), "'explainers'"),
        (damaged("pairs", value=["many"]), "'pairs'"),
    ],
)
def test_damage_is_told_in_one_sentence(document: Any, named: str) -> None:
    with pytest.raises(AttriMeterError, match=named) as told:
        benchmark_from_json(document)
    assert "\n" not in str(told.value) and "attrimeter benchmark --json" in str(told.value)
