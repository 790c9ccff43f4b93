"""An interpreter beside a small target: readings, ledgers, and what they promise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from attrimeter.errors import ImageError, InterpreterError, LedgerError, SettingsError
from attrimeter.interpreter import (
    FORMS,
    Interpreter,
    InterpreterSettings,
    build_interpreter,
    check_ledger,
    ledger_miss,
)
from attrimeter.interpreter.facts import Facts
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import open_target

SCHEMA = SCHEMAS["market1501"]


def random_images(count: int) -> list[np.ndarray]:
    rng = np.random.default_rng(2)
    return [rng.integers(0, 256, size=(128, 64, 3), dtype=np.uint8) for _ in range(count)]


def make_interpreter(path: Path, form: str, trunk: str = "frozen", metric: str = "euclidean") -> Interpreter:
    torch.manual_seed(1)
    target = open_target(path, metric=metric)
    return build_interpreter(target, SCHEMA, InterpreterSettings(form=form, trunk=trunk, hidden=16))


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize(("form", "trunk"), [(name, trunk) for name in FORMS for trunk in FORMS[name].trunks])
def test_contributions_add_up_to_the_target_s_own_distance(
    tiny_target_file: Path, form: str, trunk: str, metric: str
) -> None:
    interpreter = make_interpreter(tiny_target_file, form, trunk, metric)
    images = random_images(4)
    reading = interpreter.read_images(images, batch_size=3)
    pairs = interpreter.compare_all(reading, reading)
    embeddings = interpreter.target.embed_images(images).astype(np.float64)
    for i in range(4):
        for j in range(4):
            chord = float(np.linalg.norm(embeddings[i] - embeddings[j]))
            distance = chord**2 / 2 if metric == "cosine" else chord
            assert float(pairs[i, j].sum()) == pytest.approx(distance, rel=1e-4, abs=1e-5)


def test_comparing_one_by_one_is_comparing_all(tiny_target_file: Path) -> None:
    interpreter = make_interpreter(tiny_target_file, "exact")
    first, second = interpreter.read_images(random_images(3)), interpreter.read_images(random_images(3)[::-1])
    paired = interpreter.compare_pairs(first, second)
    everything = interpreter.compare_all(first, second)
    assert torch.allclose(paired, everything[range(3), range(3)], atol=1e-6)


def test_an_image_beside_itself_has_no_contributions(tiny_target_file: Path) -> None:
    interpreter = make_interpreter(tiny_target_file, "exact")
    reading = interpreter.read_images(random_images(1))
    assert float(interpreter.compare_pairs(reading, reading).abs().max()) == 0.0


def test_nearly_identical_images_still_have_an_exact_ledger(tiny_target_file: Path) -> None:
    interpreter = make_interpreter(tiny_target_file, "exact")
    image = random_images(1)[0]
    nudged = image.copy()
    nudged[0, 0, 0] ^= 1
    a, b = interpreter.read_images([image]), interpreter.read_images([nudged])
    components = interpreter.compare_pairs(a, b)
    distance = (a.embeddings - b.embeddings).norm(dim=1)
    assert float(distance) > 0
    assert float(ledger_miss(components, distance)) < 1e-9


def test_the_target_is_the_same_after_any_call(tiny_target_file: Path) -> None:
    target = open_target(tiny_target_file)
    before, weights = target.fingerprint, target.weights()
    interpreter = build_interpreter(target, SCHEMA, InterpreterSettings("exact", trunk="own", hidden=8))
    interpreter.network.train()
    interpreter.read_images(random_images(2))
    maps = target.read_maps(target.preprocess(random_images(4)))
    reading = interpreter.read_maps(maps.last, maps.shallow)
    interpreter.compare_all(reading, reading).sum().backward()
    again = open_target(tiny_target_file)
    assert again.fingerprint == before
    assert all(torch.equal(value, weights[name]) for name, value in target.weights().items())
    assert interpreter.network.training


def test_a_ledger_that_misses_is_an_error_not_a_warning() -> None:
    components = torch.tensor([[0.4, 0.5]])
    check_ledger(components, torch.tensor([0.9]))
    with pytest.raises(LedgerError, match="miss the distance"):
        check_ledger(components, torch.tensor([1.0]))
    with pytest.raises(LedgerError):
        check_ledger(torch.tensor([[float("nan"), 0.5]]), torch.tensor([1.0]))
    check_ledger(torch.zeros(0, 2), torch.zeros(0))


def test_wrong_use_is_told_in_words(tiny_target_file: Path) -> None:
    with pytest.raises(SettingsError, match="trunk 'borrowed'"):
        InterpreterSettings(trunk="borrowed")
    with pytest.raises(SettingsError, match="counterfactual form has no trunk 'own'"):
        InterpreterSettings("counterfactual", trunk="own")
    with pytest.raises(SettingsError, match="hidden must be"):
        InterpreterSettings("exact", hidden=0)
    interpreter = make_interpreter(tiny_target_file, "exact", "own")
    with pytest.raises(InterpreterError, match="No image"):
        interpreter.read_images([])
    with pytest.raises(ImageError):
        interpreter.read_images([np.zeros((3, 3), dtype=np.uint8)])


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
