"""What labelled real images teach, against loops over labels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from attrimeter.caching.map_cache import MapCache
from attrimeter.datasets import open_dataset
from attrimeter.fitting.real_evidence import RealEvidence
from attrimeter.interpreter import Interpreter, InterpreterSettings, build_interpreter
from attrimeter.losses import differ_loss, evidence_loss
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import open_target

SCHEMA = SCHEMAS["market1501"]


@pytest.fixture(scope="module")
def interpreter(tiny_target_file: Path) -> Interpreter:
    torch.manual_seed(0)
    settings = InterpreterSettings(form="counterfactual", hidden=8)
    made = build_interpreter(open_target(tiny_target_file), SCHEMA, settings)
    made.network.eval()
    return made


@pytest.fixture(scope="module")
def real(
    interpreter: Interpreter, rendered_set: Path, tmp_path_factory: pytest.TempPathFactory
) -> RealEvidence:
    images = open_dataset(rendered_set).train
    images = images.take(np.arange(0, len(images), 3))
    labels = images.labels.copy()
    labels[::2, :9] = -1
    maps = MapCache(tmp_path_factory.mktemp("maps"), interpreter.target).fill(images.paths)
    return RealEvidence(replace(images, labels=labels), maps, batch_images=6)


def test_a_batch_is_paired_with_its_neighbours(interpreter: Interpreter, real: RealEvidence) -> None:
    assert len(real) == len(real.images) == 11
    found = real.loss(interpreter, np.random.default_rng(4))
    rows = np.random.default_rng(4).choice(11, size=6, replace=False)
    network, target = interpreter.network, interpreter.target
    readings, states = [], []
    for row in rows:
        one = np.array([row])
        reading = network(real.maps.gather(one, "last"), real.maps.gather(one, "shallow"), target.head)
        readings.append((network.pack(reading), real.maps.embeddings[row : row + 1]))
        states.append(network.read_attributes(reading.features))
    labels = torch.from_numpy(real.images.labels[rows])
    expected = evidence_loss(torch.cat(states), labels, torch.full((len(SCHEMA),), 0.5))
    logits, differs = [], []
    for index in range(6):
        logits.append(network.predict(*readings[index], *readings[index - 1]).differs)
        differs.append(
            [
                any(
                    labels[index, k] != labels[index - 1, k]
                    and min(labels[index, k], labels[index - 1, k]) >= 0
                    for k in members
                )
                for members in SCHEMA.groups.values()
            ]
        )
    expected = expected + differ_loss(torch.cat(logits), torch.tensor(differs))
    assert any(map(any, differs)) and not all(map(all, differs))
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)


def test_fewer_images_than_a_batch_are_all_read(interpreter: Interpreter, real: RealEvidence) -> None:
    several = replace(real, batch_images=500)
    assert bool(torch.isfinite(several.loss(interpreter, np.random.default_rng(0))))


def test_unknown_labels_alone_teach_no_state(interpreter: Interpreter, real: RealEvidence) -> None:
    unknown = replace(real, images=replace(real.images, labels=np.full_like(real.images.labels, -1)))
    interpreter.network.zero_grad()
    unknown.loss(interpreter, np.random.default_rng(0)).backward()
    for parameter in (interpreter.network.evidence, interpreter.network.evidence_bias):
        assert parameter.grad is None or not parameter.grad.any()
    assert interpreter.network.pair_head.differ.grad is not None
