"""The counterfactual form: ledgers that add up, blocks that make no difference, groups that are divided."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from attrimeter.explaining import explain_pair
from attrimeter.interpreter import (
    ImageReading,
    Interpreter,
    InterpreterSettings,
    build_interpreter,
    open_interpreter,
    save_interpreter,
)
from attrimeter.interpreter.facts import Facts
from attrimeter.interpreter.forms.counterfactual import form as counterfactual
from attrimeter.interpreter.forms.counterfactual.form import divide_groups
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import open_target

SCHEMA = SCHEMAS["market1501"]


def make_interpreter(path: Path, metric: str = "euclidean") -> Interpreter:
    """With weights such that every group gets a share of its own."""
    torch.manual_seed(1)
    target = open_target(path, metric=metric)
    made = build_interpreter(target, SCHEMA, InterpreterSettings(form="counterfactual", hidden=16))
    with torch.no_grad():
        head = made.network.pair_head
        for tensor in (head.value, head.value_bias, made.network.evidence):
            tensor.normal_(0, 0.3)
        head.differ_bias.normal_()
    made.network.eval()
    return made


def images(count: int, seed: int = 2) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.integers(0, 256, size=(128, 64, 3), dtype=np.uint8) for _ in range(count)]


def chords_of(a: ImageReading, b: ImageReading) -> torch.Tensor:
    return (a.embeddings - b.embeddings).norm(dim=1)


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_the_ledger_adds_up_to_the_target_s_distance(tiny_target_file: Path, metric: str) -> None:
    interpreter = make_interpreter(tiny_target_file, metric)
    first, second = interpreter.read_images(images(3)), interpreter.read_images(images(3, seed=5))
    contributions = interpreter.compare_pairs(first, second)
    assert contributions.dtype == torch.float64 and contributions.shape == (3, len(SCHEMA) + 1)
    embeddings = interpreter.target.embed_images(images(3) + images(3, seed=5)).astype(np.float64)
    chords = chords_of(first, second)
    measured = np.linalg.norm(embeddings[:3] - embeddings[3:], axis=1)
    np.testing.assert_allclose(chords.numpy(), measured, rtol=1e-4)
    distances = chords**2 / 2 if metric == "cosine" else chords
    torch.testing.assert_close(contributions.sum(dim=1), distances, rtol=1e-12, atol=1e-12)
    assert bool((contributions.abs() > 0).all())


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_a_group_s_attributes_sum_to_what_is_predicted(tiny_target_file: Path, metric: str) -> None:
    """In squared distance the sum is the predicted share of it, so the metric makes no difference."""
    interpreter = make_interpreter(tiny_target_file, metric)
    a, b = interpreter.read_images(images(2)), interpreter.read_images(images(2, seed=5))
    contributions, chords = interpreter.compare_pairs(a, b), chords_of(a, b)
    shares = interpreter.network.predict(a.parts, a.embeddings, b.parts, b.embeddings).shares
    distances = chords**2 / 2 if metric == "cosine" else chords
    for column, members in enumerate(SCHEMA.groups.values()):
        sums = contributions[:, list(members)].sum(dim=1) / distances
        torch.testing.assert_close(sums, shares[:, column].double(), rtol=1e-6, atol=1e-6)


def test_a_group_is_divided_by_how_differently_its_attributes_are_read() -> None:
    generator = torch.Generator().manual_seed(0)
    index = torch.tensor([0, 1, 1, 1, 2])
    shares = torch.randn(4, 3, generator=generator, dtype=torch.float64)
    a, b = (torch.randn(4, 5, generator=generator, dtype=torch.float64) for _ in range(2))
    a[3], b[3] = 1.0, 1.0  # nothing is read to differ
    divided = divide_groups(shares, a, b, index)
    for pair in range(4):
        for attribute, group in enumerate(index.tolist()):
            weights = {
                k: abs(float(a[pair, k].sigmoid() - b[pair, k].sigmoid())) + 1e-3
                for k in range(5)
                if index[k] == group
            }
            expected = float(shares[pair, group]) * weights[attribute] / sum(weights.values())
            assert float(divided[pair, attribute]) == pytest.approx(expected)
    assert divided[3, 1:4].tolist() == pytest.approx([float(shares[3, 1]) / 3] * 3)
    assert divide_groups(shares[:0], a[:0], b[:0], index).shape == (0, 5)


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_all_pairs_are_the_pairs_one_by_one_in_any_blocks(
    tiny_target_file: Path, metric: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    interpreter = make_interpreter(tiny_target_file, metric)
    a, b = interpreter.read_images(images(3)), interpreter.read_images(images(4, seed=5))
    whole = interpreter.compare_all(a, b)
    left, right = torch.arange(3).repeat_interleave(4), torch.arange(4).repeat(3)
    paired = interpreter.compare_pairs(a.take(left), b.take(right))
    torch.testing.assert_close(whole, paired.reshape(3, 4, -1), rtol=1e-4, atol=1e-4)
    monkeypatch.setattr(counterfactual, "BLOCK_PAIRS", 5)
    torch.testing.assert_close(interpreter.compare_all(a, b), whole, rtol=1e-4, atol=1e-4)
    again = interpreter.compare_pairs(a.take(left), b.take(right))
    torch.testing.assert_close(again, paired, rtol=1e-4, atol=1e-4)


def test_exchanging_the_images_asks_another_question(tiny_target_file: Path) -> None:
    interpreter = make_interpreter(tiny_target_file)
    a, b = interpreter.read_images(images(1)), interpreter.read_images(images(1, seed=5))
    there, back = interpreter.compare_pairs(a, b), interpreter.compare_pairs(b, a)
    torch.testing.assert_close(there.sum(), back.sum())
    assert not torch.allclose(there, back, rtol=1e-3)


def test_nothing_is_compared_with_nothing(tiny_target_file: Path) -> None:
    interpreter = make_interpreter(tiny_target_file)
    some = interpreter.read_images(images(2))
    none = some.take(torch.zeros(0, dtype=torch.int64))
    width = len(SCHEMA) + 1
    assert interpreter.compare_pairs(none, none).shape == (0, width)
    for a, b, shape in ((none, some, (0, 2)), (some, none, (2, 0)), (none, none, (0, 0))):
        assert interpreter.compare_all(a, b).shape == (*shape, width)


def test_an_image_beside_itself_has_no_contributions(tiny_target_file: Path) -> None:
    interpreter = make_interpreter(tiny_target_file)
    reading = interpreter.read_images(images(1))
    assert float(interpreter.compare_pairs(reading, reading).abs().max()) == 0.0


def test_nearly_identical_images_have_a_ledger_too(tiny_target_file: Path) -> None:
    interpreter = make_interpreter(tiny_target_file)
    image = images(1)[0]
    nudged = image.copy()
    nudged[0, 0, 0] ^= 1
    a, b = interpreter.read_images([image]), interpreter.read_images([nudged])
    contributions = interpreter.compare_pairs(a, b)
    assert bool(torch.isfinite(contributions).all())
    rounding = 4 * torch.finfo(torch.float64).eps * float(contributions.abs().max())
    torch.testing.assert_close(contributions.sum(dim=1), chords_of(a, b), rtol=1e-6, atol=rounding)


@pytest.mark.parametrize("training", [False, True])
def test_comparing_leaves_the_mode_as_it_was_and_no_gradient(tiny_target_file: Path, training: bool) -> None:
    """In training mode dropout and batch statistics would change what is answered."""
    interpreter = make_interpreter(tiny_target_file)
    a, b = interpreter.read_images(images(3)), interpreter.read_images(images(3, seed=5))
    expected = interpreter.compare_pairs(a, b)
    interpreter.network.train(training)
    torch.testing.assert_close(interpreter.compare_pairs(a, b), expected)
    read = interpreter.read_images(images(3))
    torch.testing.assert_close(read.parts, a.parts)
    found = interpreter.compare_all(a, b)
    assert not found.requires_grad
    assert all(module.training is training for module in interpreter.network.modules())


def test_maps_are_chances_and_the_parts_hold_what_was_read(tiny_target_file: Path) -> None:
    interpreter = make_interpreter(tiny_target_file)
    network, target = interpreter.network, interpreter.target
    maps = target.read_maps(target.preprocess(images(2)))
    reading = interpreter.read_maps(maps.last, maps.shallow)
    read = network(maps.last, maps.shallow, target.head)
    for attribute, group in enumerate(SCHEMA.group_index):
        torch.testing.assert_close(reading.maps[:, attribute], read.scores[:, group].sigmoid())
        logits = read.features[:, group] @ network.evidence[attribute] + network.evidence_bias[attribute]
        torch.testing.assert_close(reading.logits[:, attribute], logits)
    side = network.unpack(reading.parts, reading.embeddings)
    for name in ("features", "carried", "presence"):
        assert torch.equal(getattr(side, name), getattr(read, name))
    torch.testing.assert_close(side.embeddings, target.head.embed(maps.last))


def test_a_folder_holds_the_interpreter(tiny_target_file: Path, tmp_path: Path) -> None:
    interpreter = make_interpreter(tiny_target_file)
    interpreter.facts = Facts.model_validate({"distances": {"same": [0.0, 1.0]}})
    interpreter.baseline = (torch.randn(len(SCHEMA), 128), torch.randn(len(SCHEMA)))
    save_interpreter(tmp_path, interpreter, target_name="demo")
    again = open_interpreter(tmp_path, interpreter.target)
    assert again.form is interpreter.form
    assert again.settings == interpreter.settings and again.facts == interpreter.facts
    a, b = images(2), images(2, seed=5)
    torch.testing.assert_close(
        again.compare_pairs(again.read_images(a), again.read_images(b)),
        interpreter.compare_pairs(interpreter.read_images(a), interpreter.read_images(b)),
        rtol=0,
        atol=0,
    )


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_a_pair_is_explained_from_end_to_end(tiny_target_file: Path, metric: str) -> None:
    interpreter = make_interpreter(tiny_target_file, metric)
    first, second = images(2)
    explanation = explain_pair(interpreter, first, second)
    assert explanation.form == "counterfactual" and explanation.completeness < 1e-9
    total = sum(explanation.groups.values()) + explanation.other
    assert total == pytest.approx(explanation.distance, rel=1e-9)
    a, b = interpreter.read_images([first]), interpreter.read_images([second])
    expected = interpreter.compare_pairs(a, b)[0].tolist()
    assert list(explanation.attributes.values()) == pytest.approx(expected[:-1], rel=1e-4)
    for group, members in SCHEMA.groups.items():
        shown = explanation.first.maps[group]
        np.testing.assert_allclose(shown, a.maps[0, members[0]].numpy(), rtol=1e-5)
        assert shown.min() >= 0 and shown.max() <= 1
