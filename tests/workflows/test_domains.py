"""Interpreters on data of other schemas and cameras, against plain loops over labels and pairs."""

from __future__ import annotations

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from attrimeter.datasets import open_dataset, write_market_attribute
from attrimeter.errors import DatasetError
from attrimeter.evaluating.evaluation import evaluate_interpreter
from attrimeter.figures import to_json
from attrimeter.interpreter import Interpreter, InterpreterSettings, build_interpreter
from attrimeter.interpreter.facts import AttributeFacts, Facts, FitFacts
from attrimeter.schemas import SCHEMAS, AttributeSchema
from attrimeter.schemas.mapping import MARKET_AND_DUKE, carry_labels, map_schemas
from attrimeter.targets import Target, open_target
from attrimeter.values import ImageSet
from attrimeter.workflows.domains import DomainData, carry_dataset, open_for_interpreter

MARKET, DUKE = SCHEMAS["market1501"], SCHEMAS["dukemtmc"]
UNMAPPED = map_schemas(DUKE, MARKET).unmapped


@pytest.fixture(scope="module")
def duke(rendered_set: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rendered persons under the names of DukeMTMC-reID, with an attribute file of its schema."""
    root = tmp_path_factory.mktemp("duke") / "streets"
    for folder in ("bounding_box_train", "query", "bounding_box_test"):
        (root / folder).mkdir(parents=True)
        for number, path in enumerate(sorted((rendered_set / folder).glob("*.jpg"))):
            identity, camera = path.name.split("s")[0].split("_")[:2]
            shutil.copy(path, root / folder / f"{identity}_{camera}_f{number:07d}.jpg")
    data = open_dataset(rendered_set)
    known = [np.unique(part.identities[part.identities > 0]) for part in (data.train, data.query)]
    draws = np.random.default_rng(4)
    labels = [draws.integers(0, 2, (len(identities), len(DUKE))).astype(np.int8) for identities in known]
    for rows in labels:  # at most one colour a garment
        for members in DUKE.groups.values():
            if len(members) > 1:
                rows[:, members] = 0
                rows[np.arange(len(rows)), draws.choice(members, len(rows))] = 1
    write_market_attribute(
        root / "duke_attribute.mat",
        schema=DUKE,
        train_identities=known[0],
        train_labels=labels[0],
        test_identities=known[1],
        test_labels=labels[1],
    )
    return root


@pytest.fixture(scope="module")
def target(tiny_target_file: Path) -> Target:
    return open_target(tiny_target_file)


def make(target: Target, schema: AttributeSchema = MARKET, fitted: str = "edits") -> Interpreter:
    torch.manual_seed(8)
    made = build_interpreter(target, schema, InterpreterSettings(form="exact", hidden=8))
    differs = tuple(np.linspace(0.1, 0.5, len(schema)).tolist())
    made.facts = Facts(attributes=AttributeFacts(differs=differs), fit=FitFacts(data=fitted))
    return made


def slow_precision(interpreter: Interpreter, queries: ImageSet, gallery: ImageSet) -> float:
    """Ex_mAP_d, pair by pair, over the attributes that are known of both."""
    first, second = (interpreter.read_images(list(side.paths)) for side in (queries, gallery))
    components = interpreter.compare_all(first, second)
    means = []
    for i in range(len(queries)):
        found = []
        for j in range(len(gallery)):
            known = (queries.labels[i] >= 0) & (gallery.labels[j] >= 0)
            differs = known & (queries.labels[i] != gallery.labels[j])
            if queries.identities[i] == gallery.identities[j] or not differs.any():
                continue
            values = components[i, j, :-1].numpy()[known]
            hits = differs[known][np.argsort(-values, kind="stable")]
            found.append(np.mean([hits[: rank + 1].mean() for rank in np.flatnonzero(hits)]))
        if found:
            means.append(np.mean(found))
    return 100 * float(np.mean(means))


def evaluate(interpreter: Interpreter, found: DomainData, cache: Path):  # type: ignore[no-untyped-def]
    return evaluate_interpreter(
        interpreter, found.dataset, cache=cache, notes=found.notes, unmapped=found.unmapped
    )


def test_a_market_interpreter_on_duke_persons(target: Target, duke: Path, tmp_path: Path) -> None:
    interpreter = make(target)
    found = open_for_interpreter(duke, interpreter)
    assert found.unmapped == UNMAPPED and found.dataset.schema_name == "market1501"
    own = open_dataset(duke)
    assert own.schema_name == "dukemtmc" and own.query.labels.shape[1] == 23
    for part in ("train", "query", "gallery"):
        labels = getattr(found.dataset, part).labels
        assert labels.shape[1] == 26
        for name in MARKET_AND_DUKE:
            given = getattr(own, part).labels[:, DUKE.index(name)]
            np.testing.assert_array_equal(labels[:, MARKET.index(name)], given)
    fitted, compared = found.notes
    assert fitted == "The interpreter was fitted on edits; streets is another data set."
    assert "18 of the 26 attributes of 'market1501' are compared (gender, hat, " in compared
    assert f"it has no label of the others ({', '.join(UNMAPPED)})" in compared

    scores = evaluate(interpreter, found, tmp_path)
    expected = slow_precision(interpreter, found.dataset.query, found.dataset.gallery)
    assert scores.attribution["interpreter"].mean_ap_exclusive.value == pytest.approx(expected, rel=1e-3)
    assert scores.notes == found.notes
    plain = {row["name"]: row for row in json.loads(to_json(scores))["rows"]}
    for row in scores.rows:
        numbers = [getattr(row, name) for name in vars(row) if name != "name"]
        assert all(math.isnan(number) for number in numbers) == (row.name in UNMAPPED)
        assert (plain[row.name]["differs"] is None) == (row.name in UNMAPPED)
    yellow = found.dataset.gallery.labels[:, MARKET.index("upper yellow")]
    assert set(yellow.tolist()) <= {-1, 0} and (yellow == 0).any()  # known, where a shared colour holds


def test_unmapped_attributes_change_no_score(target: Target, duke: Path, tmp_path: Path) -> None:
    """Whatever an interpreter of Duke's words says of Duke's own words, Market's labels cannot score it."""
    interpreter = make(target, DUKE)
    found = open_for_interpreter(duke, interpreter)
    assert found.unmapped == () and len(found.notes) == 1
    market = map_schemas(DUKE, MARKET)
    back = carry_dataset(carry_dataset(found.dataset, market), map_schemas(MARKET, DUKE))
    scores = evaluate_interpreter(interpreter, back, cache=tmp_path)
    expected = slow_precision(interpreter, back.query, back.gallery)
    assert scores.attribution["interpreter"].mean_ap_exclusive.value == pytest.approx(expected, rel=1e-3)
    boots = next(row for row in scores.rows if row.name == "boots")
    assert math.isnan(boots.differs) and math.isnan(boots.reading_accuracy)


def test_a_named_schema_is_carried_over(target: Target, rendered_set: Path) -> None:
    found = open_for_interpreter(rendered_set, make(target, DUKE), schema="market1501")
    plain = open_dataset(rendered_set).query.labels
    np.testing.assert_array_equal(found.dataset.query.labels, carry_labels(plain, map_schemas(MARKET, DUKE)))
    assert found.unmapped == map_schemas(MARKET, DUKE).unmapped


def test_an_own_schema_reads_the_attribute_file_itself(target: Target, rendered_set: Path) -> None:
    mine = AttributeSchema(
        "mine", (replace(MARKET.attributes[5], name="cap", group="cap"), MARKET.attributes[0])
    )
    found = open_for_interpreter(rendered_set, make(target, mine))
    plain = open_dataset(rendered_set).query.labels
    np.testing.assert_array_equal(found.dataset.query.labels, plain[:, [5, 0]])
    assert found.unmapped == () and len(found.notes) == 1
    carried = open_for_interpreter(rendered_set, make(target, mine), schema="market1501")
    assert carried.unmapped == ("cap",)
    np.testing.assert_array_equal(carried.dataset.query.labels[:, 1], plain[:, 0])
    assert (carried.dataset.query.labels[:, 0] == -1).all()


def test_the_data_of_the_fit_need_no_note(target: Target, rendered_set: Path) -> None:
    for fitted in ("persons", "data"):
        assert open_for_interpreter(rendered_set, make(target, fitted=fitted)).notes == ()


def test_cameras(target: Target, rendered_set: Path) -> None:
    everywhere = open_dataset(rendered_set)
    found = open_for_interpreter(
        rendered_set, make(target, fitted="persons"), cameras=(1, 2, 3, 4, 5), ranked=True
    )
    assert found.dataset.name == "persons, cameras 1, 2, 3, 4, 5" and found.notes == ()
    assert len(found.dataset.gallery) == (everywhere.gallery.cameras <= 5).sum() > 0
    elsewhere = open_for_interpreter(
        rendered_set, make(target, fitted="persons, cameras 4, 5"), cameras=(1, 2, 3)
    )
    assert elsewhere.notes == (
        "The interpreter was fitted on persons, cameras 4, 5; persons, cameras 1, 2, 3 is another data set.",
    )
    with pytest.raises(DatasetError, match="persons, camera 1 has no query"):
        open_for_interpreter(rendered_set, make(target), cameras=(1,), ranked=True)
    assert len(open_for_interpreter(rendered_set, make(target), cameras=(1,)).dataset.train)
