"""A fresh interpreter for a target: of the right kind and size, and always the same for one seed."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from attrimeter.interpreter import (
    FORMS,
    InterpreterSettings,
    build_interpreter,
)
from attrimeter.interpreter.facts import Facts
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import open_target

SCHEMA = SCHEMAS["market1501"]


@pytest.mark.parametrize(("form", "trunk"), [(name, trunk) for name in FORMS for trunk in FORMS[name].trunks])
def test_every_form_reads_the_maps_of_its_target(tiny_target_file: Path, form: str, trunk: str) -> None:
    target = open_target(tiny_target_file)
    settings = InterpreterSettings(form=form, trunk=trunk, hidden=8)
    built = build_interpreter(target, SCHEMA, settings)
    assert built.settings == settings and built.target is target and built.schema is SCHEMA
    assert built.facts == Facts() and built.baseline is None
    maps = target.read_maps(torch.zeros(2, 3, *target.profile.image_size))
    built.network.eval()
    reading = built.read_maps(maps.last, maps.shallow)
    assert reading.maps.shape == (2, len(SCHEMA) + FORMS[form].is_partition, *target.map_size)
    assert reading.logits.shape == (2, len(SCHEMA))
    assert built.form is FORMS[form]


def test_the_counterfactual_form_has_a_part_for_every_group(tiny_target_file: Path) -> None:
    target = open_target(tiny_target_file)
    for schema in SCHEMAS.values():
        built = build_interpreter(target, schema, InterpreterSettings(form="counterfactual", hidden=12))
        assert built.network.pair_head.first[0].weight.shape[0] == len(schema.groups)
        assert built.network.reader.draw.in_channels == 12
        assert built.network.group_index.tolist() == schema.group_index.tolist()


@pytest.mark.parametrize("form", FORMS)
def test_one_seed_gives_one_interpreter(tiny_target_file: Path, form: str) -> None:
    target, states = open_target(tiny_target_file), []
    for seed in (3, 3, 4):
        torch.manual_seed(seed)
        built = build_interpreter(target, SCHEMA, InterpreterSettings(form=form, hidden=8))
        states.append(torch.cat([value.flatten().double() for value in built.network.state_dict().values()]))
    assert torch.equal(states[0], states[1]) and not torch.equal(states[0], states[2])
