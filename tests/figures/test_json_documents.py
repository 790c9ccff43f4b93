from __future__ import annotations

import copy
import json
import math
from dataclasses import asdict, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from attrimeter.errors import AttriMeterError, SettingsError
from attrimeter.figures import DOCUMENTS, from_json, schema_of, to_json
from attrimeter.figures.pair.document import ExplanationDocument
from attrimeter.values import Benchmark, Evaluation, Score
from attrimeter.values.audit import Audit
from attrimeter.values.benchmark import BenchmarkRun
from attrimeter.values.changes import ChangeFindings
from attrimeter.values.evaluation import Reweighting
from attrimeter.values.made import Calibration
from attrimeter.values.sanity import SanityFindings
from figures.audit_examples import AUDITS, EVIL, example_audit
from figures.benchmark_examples import example_attributions, example_benchmark, example_pairs
from figures.changes_examples import example_changes
from figures.check_examples import example_sanity
from figures.document_examples import EXPLANATIONS, VALUES
from figures.examples import example_evaluation
from figures.reweighting_examples import FOUND

NUMBERS = st.floats()


def document_of(value: Any) -> dict[str, Any]:
    """The document, read by a reader that takes no NaN."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    read: dict[str, Any] = json.loads(to_json(value), parse_constant=refuse)
    return read


def plainly(value: Any) -> Any:
    """The same by the slow way: :func:`dataclasses.asdict`, and what JSON makes of what that holds."""
    if is_dataclass(value):
        return {name: plainly(entry) for name, entry in asdict(value).items()}  # type: ignore[arg-type]
    if isinstance(value, dict):
        return {str(key): plainly(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plainly(entry) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.as_posix() if isinstance(value, Path) else value


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_a_document_holds_the_fields_and_every_number_as_it_is(value: Any) -> None:
    document = document_of(value)
    kind = DOCUMENTS[type(value)]
    head = {"document": f"attrimeter.{kind.name}", "version": kind.version}
    derived = {name: plainly(getattr(value, name)) for name in kind.derived}
    left_out = {name for name in kind.only_if_known if getattr(value, name) is None}
    held = {name: entry for name, entry in plainly(value).items() if name not in left_out}
    assert document == {**head, **derived, **held}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_what_is_written_is_read_back(value: Any) -> None:
    again = from_json(type(value), to_json(value))
    assert to_json(again) == to_json(value)
    if DOCUMENTS[type(value)].name not in {"checkpoint", "targets"}:  # they hold anything, as lists
        # NaN is not equal to itself, its repr is; types and every digit are in the repr too
        assert repr(again) == repr(value)


@pytest.mark.parametrize("explanation", EXPLANATIONS.values(), ids=EXPLANATIONS)
def test_an_explanation_is_read_back_as_its_document(explanation: Any) -> None:
    text = to_json(explanation)
    again = from_json(ExplanationDocument, text)
    assert to_json(again) == text and again.distance == explanation.distance


@pytest.mark.parametrize("value", [*VALUES.values(), *EXPLANATIONS.values()], ids=[*VALUES, *EXPLANATIONS])
def test_every_document_is_valid_by_its_schema(value: Any) -> None:
    kind = type(value) if type(value) in DOCUMENTS else ExplanationDocument
    schema = schema_of(kind)
    Draft202012Validator.check_schema(schema)
    document = document_of(value)
    Draft202012Validator(schema).validate(document)
    optional = set(DOCUMENTS[kind].only_if_known)
    assert set(document) - optional == set(schema["required"]) == set(schema["properties"]) - optional
    with pytest.raises(ValidationError, match="is a required property"):
        Draft202012Validator(schema).validate({name: document[name] for name in schema["required"][:-1]})


def test_what_was_not_asked_for_is_left_out() -> None:
    evaluation = example_evaluation()
    document = document_of(replace(evaluation, reweighting=FOUND))
    assert document.pop("reweighting") == plainly(FOUND) and document == document_of(evaluation)
    assert repr(from_json(Evaluation, to_json(evaluation))) == repr(evaluation)
    with pytest.raises(ValidationError):
        Draft202012Validator(schema_of(Evaluation)).validate({**document, "reweighting": {"base": 1}})


@given(value=NUMBERS, low=NUMBERS, high=NUMBERS, differs=NUMBERS, seed=st.integers(0, 2**63))
def test_any_number_comes_back(value: float, low: float, high: float, differs: float, seed: int) -> None:
    audit = AUDITS["one camera"]
    group = replace(audit.groups[0], differs=differs, share=Score(value, low, high))
    written = replace(audit, groups=(group,), pairs=seed)
    again = from_json(Audit, to_json(written))
    known = [entry if math.isfinite(entry) else math.nan for entry in (value, low, high, differs)]
    share = again.groups[0].share
    assert repr([share.value, share.low, share.high, again.groups[0].differs]) == repr(known)
    assert again.pairs == seed and again.camera_bias is None


@given(name=st.text(), key=st.text())
def test_any_text_comes_back(name: str, key: str) -> None:
    evaluation = example_evaluation()
    scores = next(iter(evaluation.retrieval.values()))
    written = replace(evaluation, target=name, retrieval={key: scores}, notes=(name, key))
    again = from_json(Evaluation, to_json(written))
    assert (again.target, list(again.retrieval), again.notes) == (name, [key], (name, key))


def test_bytes_that_are_no_utf_8_are_escaped_and_names_kept_whole() -> None:
    text = to_json(replace(example_audit(), target="caf\udce9"))
    assert text.encode() and json.loads(text)["target"] == "caf\\xe9"
    assert document_of(AUDITS["hostile"])["target"] == EVIL


def test_null_is_nothing_only_where_nothing_may_stand() -> None:
    document = document_of(VALUES["bare sanity"])
    assert document["times_worse"] is None and document["seeds"] is None
    again = from_json(SanityFindings, to_json(VALUES["bare sanity"]))
    assert again.seeds is None and math.isnan(again.times_worse)
    labels = from_json(SanityFindings, to_json(example_sanity())).shuffled_labels
    assert labels is not None and math.isnan(labels.relative_error.value)


def test_documents_of_version_1_call_what_uses_labels_told() -> None:
    for name in ("benchmark", "planted"):
        value = VALUES[name]
        text = to_json(value)
        earlier = text.replace('"uses_labels"', '"told_labels"').replace('"version": 2', '"version": 1')
        assert earlier.count('"told_labels"') > 3 and '"version": 1' in earlier
        assert to_json(from_json(type(value), earlier)) == text


def test_paths_and_integer_keys() -> None:
    cluster = document_of(example_audit())["clusters"][0]
    assert cluster["examples"][0]["query"] == "query/a0_query.png"
    assert document_of(VALUES["changes"])["questions"][0]["sizes"] == {"1": 115, "2": 143, "3": 114}


def damaged(*path: Any, value: Any = None) -> str:
    document = copy.deepcopy(document_of(example_benchmark()))
    place = document
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return json.dumps(document)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[]", "not a benchmark"),
        ("{", "not JSON"),
        ('{"document": "attrimeter.evaluation", "version": 1}', "not a benchmark"),
        (damaged("version", value=9), "not a benchmark"),
        (damaged("seed"), "'seed'"),
        (damaged("seed", value="seven"), "'seed'"),
        (damaged("explainers", 0, "kinds", "many", "leak", "low"), "explainers.0.kinds.many.leak.low"),
        (damaged("explainers", 0, "kinds", "many", "leak", value="high"), "explainers.0.kinds.many.leak"),
        (damaged("explainers", value=3), "'explainers'"),
        (damaged("pairs", value=["many"]), "'pairs'"),
    ],
)
def test_damage_is_told_in_one_sentence(text: str, named: str) -> None:
    with pytest.raises(AttriMeterError, match=named) as told:
        from_json(Benchmark, text)
    assert "\n" not in str(told.value) and "attrimeter benchmark --json" in str(told.value)


def test_a_run_of_a_benchmark_is_written_as_its_benchmark() -> None:
    pairs = example_pairs()
    run = BenchmarkRun(example_benchmark(), pairs, tuple(example_attributions(pairs)))
    assert to_json(run) == to_json(run.benchmark)


def test_what_no_command_writes_is_said_to_be_written_by_the_function() -> None:
    with pytest.raises(AttriMeterError, match="give what attrimeter.figures.to_json wrote"):
        from_json(Calibration, "{}")


def test_what_has_no_document_is_refused() -> None:
    for act in (lambda: to_json(FOUND.brier), lambda: from_json(Reweighting, ""), lambda: schema_of(Score)):
        with pytest.raises(SettingsError, match="has no JSON document; give one of .*Audit"):
            act()


def test_every_kind_has_an_example_and_a_name_of_its_own() -> None:
    assert {type(value) for value in VALUES.values()} | {ExplanationDocument} == set(DOCUMENTS)
    assert len({document.name for document in DOCUMENTS.values()}) == len(DOCUMENTS)
    assert all(fields(kind) for kind in DOCUMENTS if is_dataclass(kind))


def test_earlier_names_of_fields_are_read() -> None:
    """``told_labels`` of the benchmark, ``told`` and ``flips`` of the changes."""
    benchmark = to_json(example_benchmark())
    assert '"uses_labels"' in benchmark
    earlier = benchmark.replace('"uses_labels"', '"told_labels"')
    assert repr(from_json(Benchmark, earlier)) == repr(example_benchmark())
    changes = to_json(example_changes())
    earlier = changes.replace('"uses_labels"', '"told"').replace('"works"', '"flips"')
    assert repr(from_json(ChangeFindings, earlier)) == repr(example_changes())
