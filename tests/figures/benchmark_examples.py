"""An invented benchmark for the tests of the figures: no number in it was ever measured."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from attrimeter.values import (
    AgreementScores,
    Attribution,
    Benchmark,
    CurveScores,
    ExplainerScores,
    GroupScores,
    LocalisationScores,
    MeasuredPairs,
    Score,
)
from attrimeter.values.benchmark import BenchmarkRun

UNKNOWN = Score(math.nan, math.nan, math.nan)
GROUPS = ("hat", "hair", "upper colour", "sleeve", "lower colour", "length", "backpack", "gender")
EVIL = "<b>[red]$mine$ & co"


def around(value: float, half: float = 0.03) -> Score:
    return Score(value, value - half, value + half)


def example_account(error: float, *, leak: float = 0.0, rank: Score | None = None) -> AgreementScores:
    rank = around(max(-0.2, 1 - error)) if rank is None else rank
    return AgreementScores(
        relative_error=around(error),
        leak=around(leak, leak / 4),
        spearman=rank,
        top1=around(max(0.1, 1.02 - error)),
        sign=around(max(0.4, 0.95 - error / 3)),
        pairs=400,
    )


def example_line(
    name: str,
    error: float,
    *,
    leak: float = 0.0,
    told: bool = False,
    interpreter: bool = False,
    pointing: float | None = None,
    rank: Score | None = None,
) -> ExplainerScores:
    """An explainer with that relative error on pairs with many differences; with maps if it points."""
    same = AgreementScores(UNKNOWN, around(leak, leak / 4), UNKNOWN, UNKNOWN, UNKNOWN, pairs=100)
    return ExplainerScores(
        name=name,
        uses_labels=told,
        kinds={
            "few": example_account(0.8 * error, leak=leak / 2, rank=rank),
            "many": example_account(error, leak=leak, rank=rank),
            "same": same,
        },
        groups={group: _group_scores(place, error) for place, group in enumerate(GROUPS)},
        maps={} if pointing is None else _map_scores(pointing),
        curves=None if pointing is None else _curves(pointing),
        milliseconds=3.25 if pointing is None else 1234.5,
        interpreter=interpreter,
    )


def example_benchmark() -> Benchmark:
    """Two interpreters, the better one clearly above the group average, and six baselines."""
    return Benchmark(
        target="demo",
        target_fingerprint="7e" * 32,
        seed=11,
        pairs={"few": 200, "many": 400, "same": 100},
        other_share={"few": around(0.41), "many": around(0.22), "same": around(1.0, 0.0)},
        true_shares={group: around(0.02 + 0.03 * place) for place, group in enumerate(GROUPS)},
        explainers=(
            replace(
                example_line("counterfactual", 0.31, leak=0.004, interpreter=True, pointing=0.9),
                coverage={"all": around(0.91), "where it differs": around(0.87), "other": around(0.9)},
            ),
            example_line("distilled", 0.97, leak=0.44, interpreter=True, pointing=0.2),
            example_line("distilled, differing groups only", 0.68, told=True, pointing=0.2),
            example_line("label-only", 0.91, told=True, rank=UNKNOWN),
            example_line("group average x D^2", 0.46, told=True),
            example_line("random partition", 1.12, leak=0.6, pointing=0.05),
            example_line("Grad-CAM in part masks", 3.4, leak=0.5, pointing=0.55, rank=around(0.1)),
            example_line("occlusion of the part", 0.83, leak=0.3),
        ),
        seconds=421.0,
        notes=("These numbers are invented.",),
    )


def hostile_benchmark() -> Benchmark:
    """Names that a page, a terminal or a figure could take for orders, and nothing known."""
    nothing = AgreementScores(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, pairs=0)
    example = example_benchmark()
    line = replace(
        example.explainers[0],
        name=EVIL,
        kinds=dict.fromkeys(("few", "many", "same"), nothing),
        groups={EVIL: GroupScores(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, pairs=0)},
        maps={EVIL: LocalisationScores(UNKNOWN, UNKNOWN, UNKNOWN, images=0)},
        milliseconds=math.nan,
        coverage={"all": UNKNOWN},
    )
    return replace(
        example,
        target=EVIL,
        explainers=(line, replace(line, maps={}, curves=None, interpreter=False)),
        true_shares={EVIL: UNKNOWN},
        other_share=dict.fromkeys(("few", "many", "same"), UNKNOWN),
        notes=(EVIL,),
    )


def empty_benchmark() -> Benchmark:
    return replace(example_benchmark(), pairs={}, other_share={}, true_shares={}, explainers=(), notes=())


def example_pairs(n: int = 120) -> MeasuredPairs:
    """Pairs with invented truth and black pictures; every third one shows the same person."""
    rng = np.random.default_rng(5)
    kinds = np.array(["few", "many", "same"])[np.arange(n) % 3]
    differs = (rng.random((n, len(GROUPS))) < 0.5) & (kinds != "same")[:, None]
    truth = differs * rng.exponential(8.0, size=(n, len(GROUPS))) - 2.0 * differs
    none = rng.uniform(5, 30, size=n)
    return MeasuredPairs(
        target_fingerprint="7e" * 32,
        groups=GROUPS,
        first=np.zeros((n, 4, 2, 3), dtype=np.uint8),
        second=np.zeros((n, 4, 2, 3), dtype=np.uint8),
        first_masks=np.zeros((n, 4, 2), dtype=np.uint8),
        second_masks=np.zeros((n, 4, 2), dtype=np.uint8),
        differs=differs,
        truth=truth,
        none=none,
        total=truth.sum(axis=1) + none,
        kinds=kinds,
        identities=np.arange(n),
    )


def example_attributions(pairs: MeasuredPairs) -> tuple[Attribution, ...]:
    """One attribution near the truth, one far from it, one that uses the labels."""
    rng = np.random.default_rng(6)
    noise = rng.normal(size=pairs.truth.shape)
    attributions: Mapping[str, tuple[bool, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]] = {
        "counterfactual": (False, pairs.truth + noise),
        "distilled": (False, 0.4 * pairs.truth + 4 + 2 * noise),
        EVIL: (True, pairs.differs * pairs.total[:, None] / 4),
    }
    return tuple(
        Attribution(name, told, values, None, None, 0.01) for name, (told, values) in attributions.items()
    )


def example_run() -> BenchmarkRun:
    """The example with its pairs."""
    pairs = example_pairs()
    return BenchmarkRun(example_benchmark(), pairs, example_attributions(pairs))


def _group_scores(place: int, error: float) -> GroupScores:
    return GroupScores(
        relative_error=around(error + 0.04 * place),
        leak=around(0.05 * place, 0.01),
        correlation=around(0.95 - 0.09 * place),
        sign=UNKNOWN if place == 0 else around(0.9),
        true_share=around(0.02 + 0.03 * place),
        pairs=37 + 10 * place,
    )


def _map_scores(pointing: float) -> dict[str, LocalisationScores]:
    return {
        group: LocalisationScores(around(0.8 * pointing), around(0.08), around(pointing), images=90)
        for group in GROUPS[:-1]
    }


def _curves(pointing: float) -> CurveScores:
    fractions = np.linspace(0, 1, 11)
    random = 1 - fractions
    return CurveScores(
        fractions=tuple(fractions.tolist()),
        deletion=tuple((random ** (1 + 2 * pointing)).tolist()),
        insertion=tuple((fractions ** (1 / (1 + 2 * pointing))).tolist()),
        random_deletion=tuple(random.tolist()),
        random_insertion=tuple(fractions.tolist()),
        deletion_gain=around(0.2 * pointing),
        insertion_gain=around(0.2 * pointing),
    )
