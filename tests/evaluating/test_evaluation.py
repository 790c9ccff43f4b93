"""Scores over blocks of pairs against a plain loop over explanations of single pairs."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import numpy as np
import pytest
import torch

from attrimeter.datasets import open_dataset
from attrimeter.errors import DatasetError
from attrimeter.evaluating import evaluation as evaluating
from attrimeter.evaluating.evaluation import evaluate_interpreter
from attrimeter.fitting.attribute_classifier import fit_attribute_classifier
from attrimeter.interpreter import FORMS, Interpreter, InterpreterSettings, build_interpreter
from attrimeter.interpreter.facts import Facts
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import Target, open_target
from attrimeter.values import Evaluation

SCHEMA = SCHEMAS["market1501"]


def make(target: Target, form: str) -> Interpreter:
    torch.manual_seed(8)
    made = build_interpreter(target, SCHEMA, InterpreterSettings(form=form, hidden=8))
    made.facts = Facts.model_validate(
        {"attributes": {"differs": np.linspace(0.1, 0.5, len(SCHEMA)).tolist()}}
    )
    labels = torch.randint(0, 2, (20, len(SCHEMA))).to(torch.int8)
    made.baseline = fit_attribute_classifier(torch.randn(20, target.embedding_size), labels, steps=3)
    return made


def average_precision(ranking: np.ndarray, relevant: np.ndarray) -> float:
    hits, precisions = 0, []
    for rank, index in enumerate(np.argsort(-ranking, kind="stable"), start=1):
        if relevant[index]:
            hits += 1
            precisions.append(hits / rank)
    return float(np.mean(precisions))


def slow_scores(interpreter: Interpreter, root: Path) -> dict[str, float]:
    """Mean over queries of the mean over different-person gallery images, one pair at a time."""
    data = open_dataset(root)
    queries = interpreter.read_images(list(data.query.paths))
    gallery = interpreter.read_images(list(data.gallery.paths))
    found: dict[str, list[float]] = {"interpreter": [], "constant order": [], "other": []}
    for i in range(len(data.query)):
        rows: dict[str, list[float]] = {name: [] for name in found}
        for j in range(len(data.gallery)):
            if data.query.identities[i] == data.gallery.identities[j]:
                continue
            pair = [side.take(torch.tensor([n])) for side, n in ((queries, i), (gallery, j))]
            components = interpreter.compare_pairs(*pair)[0].numpy()
            differs = data.query.labels[i] != data.gallery.labels[j]
            rows["other"].append(components[-1] / components.sum())
            if differs.any():
                rows["interpreter"].append(average_precision(components[:-1], differs))
                order = np.array(interpreter.facts.attributes.differs)
                rows["constant order"].append(average_precision(order, differs))
        for name, values in rows.items():
            if values:
                found[name].append(float(np.mean(values)))
    return {name: 100 * float(np.mean(values)) for name, values in found.items()}


def run(target: Target, form: str, root: Path, cache: Path) -> tuple[Interpreter, Evaluation]:
    interpreter = make(target, form)
    return interpreter, evaluate_interpreter(interpreter, open_dataset(root), cache=cache)


@pytest.mark.parametrize("form", sorted(FORMS))
def test_blocks_of_pairs_score_as_single_pairs(
    tiny_target_file: Path, rendered_set: Path, tmp_path: Path, form: str
) -> None:
    target = open_target(tiny_target_file)
    small = {"GALLERY_BLOCK": 5, "QUERY_BLOCK": 3, "PART_BYTES": 1}
    with mock.patch.multiple(evaluating, **small):
        interpreter, blocks = run(target, form, rendered_set, tmp_path)
    _, whole = run(target, form, rendered_set, tmp_path)
    slow = slow_scores(interpreter, rendered_set)
    for scores in (blocks, whole):
        for name in ("interpreter", "constant order"):
            assert scores.attribution[name].mean_ap_exclusive.value == pytest.approx(slow[name], rel=2e-2)
        assert scores.mean_other_share == pytest.approx(slow["other"], rel=1e-4, abs=0.5)
        assert scores.completeness < 1e-5
        assert (scores.gap is not None) == FORMS[form].has_gap
    first, second = (scores.attribution["interpreter"] for scores in (blocks, whole))
    assert first.pairs == second.pairs > 0
    assert first.mean_ap_exclusive.value == pytest.approx(second.mean_ap_exclusive.value, rel=1e-6)
    assert len(whole.rows) == len(SCHEMA)


def test_retrieval_is_by_both_metrics_or_by_cosine_alone(
    tiny_target_file: Path, rendered_set: Path, tmp_path: Path
) -> None:
    _, plain = run(open_target(tiny_target_file), "exact", rendered_set, tmp_path)
    _, unit = run(open_target(tiny_target_file, metric="cosine"), "exact", rendered_set, tmp_path)
    assert set(plain.retrieval) == {"euclidean", "cosine"} and set(unit.retrieval) == {"cosine"}
    assert unit.retrieval["cosine"].mean_ap.value == pytest.approx(plain.retrieval["cosine"].mean_ap.value)


def test_nothing_to_evaluate_is_told(tiny_target_file: Path, rendered_set: Path, tmp_path: Path) -> None:
    target = open_target(tiny_target_file)
    data = open_dataset(rendered_set)
    none = data.query.take(np.zeros(0, dtype=np.int64))
    empty = type(data)(data.name, data.root, data.schema, data.train, none, data.gallery)
    with pytest.raises(DatasetError, match="no queries"):
        evaluate_interpreter(make(target, "exact"), empty, cache=tmp_path)
    other = build_interpreter(target, SCHEMAS["dukemtmc"], InterpreterSettings("exact", hidden=8))
    with pytest.raises(DatasetError, match="26 attributes.*23 of schema"):
        evaluate_interpreter(other, data, cache=tmp_path)
