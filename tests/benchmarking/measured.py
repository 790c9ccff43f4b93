"""Pairs measured now, with nothing kept: what is read from a cache is held against them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrimeter.benchmarking.edit_renders import plan_pairs
from attrimeter.benchmarking.measuring import BENCHMARK_STREAM, measure_tables, pairs_of
from attrimeter.synthesis.scenes import STANDARD
from attrimeter.targets import Target
from attrimeter.values import MeasuredPairs
from attrimeter.values.edit_tables import EditTables


def tables_of_kinds(
    target: Target,
    *,
    kinds: Mapping[str, int],
    seed: int = 0,
    stream: int = BENCHMARK_STREAM,
    disturb: int | None = None,
    scene: str = STANDARD,
    **how: Any,
) -> EditTables:
    """All pairs of these kinds; ``how`` as for :func:`measure_tables`."""
    plan = plan_pairs(kinds, seed=seed, stream=stream, disturb=disturb, scene=scene)
    return measure_tables(target, plan, **how)


def measure_pairs(target: Target, **asked: Any) -> MeasuredPairs:
    """The same with their true contributions."""
    return pairs_of(tables_of_kinds(target, **asked))
