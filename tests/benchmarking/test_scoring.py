"""Which pairs each score is taken over; the scores themselves are tested where they are defined."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from attrimeter.benchmarking.curves import score_curves
from attrimeter.benchmarking.parts import part_mask_of
from attrimeter.benchmarking.scoring import SCHEMA, Scorer
from attrimeter.metrics.agreement import score_agreement, score_groups
from attrimeter.metrics.localisation import score_maps
from attrimeter.targets import Target, open_target
from attrimeter.values import OTHER, Attribution, MeasuredPairs, Score
from attrimeter.values.trust import ResidualTable, TrustCard
from benchmarking.measured import measure_pairs

SAMPLES = 20


@pytest.fixture(scope="module")
def target(tiny_target_file: Path) -> Target:
    return open_target(tiny_target_file)


@pytest.fixture(scope="module")
def pairs(target: Target) -> MeasuredPairs:
    return measure_pairs(target, kinds={"few": 4, "many": 1, "same": 2}, stream=6, workers=1)


@pytest.fixture(scope="module")
def attribution(pairs: MeasuredPairs) -> Attribution:
    rng = np.random.default_rng(0)
    first, second = rng.random((2, len(pairs), len(pairs.groups), 16, 8)) ** 8
    said = pairs.truth + rng.normal(0, 0.05, pairs.truth.shape) * pairs.total[:, None]
    return Attribution("any", False, said, first, second, 0.1)


@pytest.fixture(scope="module")
def scorer(target: Target, pairs: MeasuredPairs) -> Scorer:
    return Scorer(target, pairs, samples=SAMPLES, seed=3)


def test_each_kind_is_scored_alone(scorer: Scorer, pairs: MeasuredPairs, attribution: Attribution) -> None:
    found = scorer.score_kinds(attribution)
    assert {kind: scores.pairs for kind, scores in found.items()} == {"few": 4, "many": 1, "same": 2}
    for kind, scores in found.items():
        rows = [row for row in range(len(pairs)) if pairs.kinds[row] == kind]
        alone = score_agreement(
            attribution.contributions[rows], pairs.truth[rows], pairs.differs[rows], pairs.total[rows],
            pairs.identities[rows], samples=SAMPLES, seed=3,
        )  # fmt: skip
        assert repr(scores) == repr(alone)
    few = replace(scorer, pairs=pairs.take(pairs.kinds == "few"))
    assert set(few.score_kinds(attribution.take(pairs.kinds == "few"))) == {"few"}


def test_groups_and_maps_are_of_different_persons(
    scorer: Scorer, pairs: MeasuredPairs, attribution: Attribution
) -> None:
    rows = np.flatnonzero(pairs.kinds != "same")
    alone = score_groups(
        attribution.contributions[rows], pairs.truth[rows], pairs.differs[rows], pairs.total[rows],
        pairs.identities[rows], pairs.groups, samples=SAMPLES, seed=3,
    )  # fmt: skip
    assert repr(scorer.score_groups(attribution)) == repr(alone)

    maps = scorer.score_maps(attribution)
    assert {"hair", "upper colour", "lower colour"} <= set(maps)
    for column, group in enumerate(pairs.groups):
        pictures = [(side, row) for side in (0, 1) for row in rows]
        masks = np.stack([(pairs.first_masks, pairs.second_masks)[side][row] for side, row in pictures])
        drawn = np.stack(
            [(attribution.first_maps, attribution.second_maps)[side][row, column] for side, row in pictures]
        )
        people = np.array([pairs.identities[row] for _, row in pictures])
        expected = score_maps(drawn, part_mask_of(masks, SCHEMA, group), people, samples=SAMPLES, seed=3)
        assert (group in maps) == (expected.images > 0)
        if group in maps:
            assert repr(maps[group]) == repr(expected)


def test_curves_are_of_many_differences(
    scorer: Scorer, target: Target, pairs: MeasuredPairs, attribution: Attribution
) -> None:
    many = pairs.kinds == "many"
    curves = scorer.score_curves(attribution, scorer.draw_random_curves())
    alone = score_curves(target, pairs.take(many), attribution.take(many), samples=SAMPLES, seed=3)
    assert repr(curves) == repr(alone) and curves is not None


def test_what_cannot_be_scored_is_left_out(
    scorer: Scorer, pairs: MeasuredPairs, attribution: Attribution
) -> None:
    blind = replace(attribution, first_maps=None, second_maps=None)
    assert scorer.score_maps(blind) == {} and scorer.score_curves(blind, None) is None
    same = pairs.kinds == "same"
    alone = replace(scorer, pairs=pairs.take(same))
    assert alone.draw_random_curves() is None and alone.score_curves(attribution.take(same), None) is None
    assert alone.score_groups(attribution.take(same)) == {}
    assert alone.score_coverage(attribution.take(same), card_of(pairs, 0.1)) == {}


def card_of(pairs: MeasuredPairs, width: float) -> TrustCard:
    """Every interval is the contribution plus and minus that share of D^2; twice that for *other*."""
    some = Score(0.5, 0.4, 0.6)
    tables = {group: ResidualTable((), (-width,), (width,)) for group in pairs.groups}
    tables[OTHER] = ResidualTable((), (-2 * width,), (2 * width,))
    return TrustCard("measured", 40, some, some, some, {}, tables, ())


def test_coverage_counts_true_values_inside(
    scorer: Scorer, pairs: MeasuredPairs, attribution: Attribution
) -> None:
    width = 0.04
    inside: dict[str, list[bool]] = {"all": [], "where it differs": [], OTHER: []}
    for row in range(len(pairs)):
        if pairs.kinds[row] == "same":
            continue
        total = pairs.total[row]
        for column in range(len(pairs.groups)):
            held = abs(pairs.truth[row, column] - attribution.contributions[row, column]) <= width * total
            inside["all"].append(held)
            if pairs.differs[row, column]:
                inside["where it differs"].append(held)
        left = total - attribution.contributions[row].sum()
        inside[OTHER].append(abs(pairs.none[row] - left) <= 2 * width * total)
    found = scorer.score_coverage(attribution, card_of(pairs, width))
    assert {what: score.value for what, score in found.items()} == pytest.approx(
        {what: np.mean(held) for what, held in inside.items()}
    )
    assert 0 < found["all"].value < 1


def test_a_card_that_measured_nothing_covers_nothing(
    scorer: Scorer, pairs: MeasuredPairs, attribution: Attribution
) -> None:
    assert scorer.score_coverage(attribution, replace(card_of(pairs, 0.1), residuals={})) == {}
