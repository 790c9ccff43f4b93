"""Measuring true contributions: Shapley values of attribute edits (docs/method.md#truth-by-edits)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Float64

from attrimeter.benchmarking.edit_renders import PlannedPair, RenderedEdits, plan_pairs, render_plan
from attrimeter.metrics.shapley import shapley_values
from attrimeter.schemas import SCHEMAS
from attrimeter.synthesis import DEFAULT_SIZE
from attrimeter.synthesis.processes import usable_cores
from attrimeter.synthesis.scenes import STANDARD
from attrimeter.targets import Target
from attrimeter.values import MeasuredPairs

Array = np.ndarray[Any, np.dtype[Any]]

BENCHMARK_STREAM = 77_001
"""The stream of random numbers that the benchmark's persons and views come from."""


def measure_pairs(
    target: Target,
    *,
    kinds: Mapping[str, int],
    seed: int = 0,
    stream: int = BENCHMARK_STREAM,
    disturb: int | None = None,
    mark: bool = False,
    scene: str = STANDARD,
    workers: int | None = None,
    batch_size: int = 64,
    progress: Callable[[int, int], None] | None = None,
) -> MeasuredPairs:
    """Render pairs with all their edits and measure what each attribute group truly contributes.

    The first person p is seen in one view. In another view p is turned into the second person q, for every
    subset of the groups that differ; skin and shoes are q's throughout. The value of a subset is the squared
    Euclidean distance of the target's embeddings between p's picture and the edited one, and the truth is
    the Shapley value of each group. Only a few pairs' edits are held at any time.

    Args:
        kinds: how many pairs of each kind of ``synthesis.KINDS``.
        seed, stream: which persons and views.
        disturb: another number gives another background, occluder and sensor noise in the view of the edits,
            and nothing else; what two disturbances of the same pairs disagree about is the noise of the
            truth itself. None leaves the views as they were sampled.
        mark: the identity mark is on every backpack, in the first picture and in the edits.
        scene: of persons and views (:mod:`attrimeter.synthesis.scenes`).
        workers: processes that render; None takes all cores that this process may use. Their number does
            not change the result.
        batch_size: pictures that the target embeds at a time.
        progress: called with the number of pictures done and in all.

    Returns:
        The pairs, kind by kind; empty for no pairs.

    Raises:
        SettingsError: an unknown kind or scene, or a number out of its range.
    """
    plan = plan_pairs(kinds, seed=seed, stream=stream, disturb=disturb, scene=scene)
    return measure_plan(target, plan, mark=mark, workers=workers, batch_size=batch_size, progress=progress)


def measure_plan(
    target: Target,
    plan: Sequence[PlannedPair],
    *,
    mark: bool = False,
    workers: int | None = None,
    batch_size: int = 64,
    progress: Callable[[int, int], None] | None = None,
) -> MeasuredPairs:
    """The same for pairs that are planned already, in their order; see :func:`measure_pairs`."""
    pictures = sum(planned.pictures for planned in plan)
    ends: list[RenderedEdits] = []
    values: list[Float64[Array, " subsets"]] = []
    done = 0
    for chunk in render_plan(plan, workers=usable_cores() if workers is None else workers, mark=mark):
        values += edit_distances(target, chunk, batch_size=batch_size)
        ends += [replace(rendered, edits=rendered.edits[-1:].copy()) for rendered in chunk]
        done += sum(1 + len(rendered.edits) for rendered in chunk)
        if progress is not None:
            progress(done, pictures)
    return _join_pairs(target.fingerprint, plan, ends, values)


def edit_distances(
    target: Target, rendered: Sequence[RenderedEdits], *, batch_size: int = 64
) -> list[Float64[Array, " subsets"]]:
    """Squared distances of each pair's edits from its first picture, embedded together in batches."""
    images = [image for pair in rendered for image in (pair.first, *pair.edits)]
    embeddings = target.embed_images(images, batch_size=batch_size).astype(np.float64)
    ends = np.cumsum([1 + len(pair.edits) for pair in rendered])
    return [np.square(rows[1:] - rows[0]).sum(axis=1) for rows in np.split(embeddings, ends[:-1])]


def _join_pairs(
    fingerprint: str,
    plan: Sequence[PlannedPair],
    ends: Sequence[RenderedEdits],
    values: Sequence[Float64[Array, " subsets"]],
) -> MeasuredPairs:
    groups = tuple(SCHEMAS["market1501"].groups)
    differs = np.zeros((len(plan), len(groups)), dtype=bool)
    truth = np.zeros((len(plan), len(groups)))
    for row, (planned, distances) in enumerate(zip(plan, values, strict=True)):
        columns = [groups.index(group) for group in planned.pair.groups]
        differs[row, columns] = True
        truth[row, columns] = shapley_values(distances[None])[0]
    shape = (len(plan), *DEFAULT_SIZE)
    return MeasuredPairs(
        target_fingerprint=fingerprint,
        groups=groups,
        first=np.array([pair.first for pair in ends], dtype=np.uint8).reshape(*shape, 3),
        second=np.array([pair.edits[-1] for pair in ends], dtype=np.uint8).reshape(*shape, 3),
        first_masks=np.array([pair.first_mask for pair in ends], dtype=np.uint8).reshape(shape),
        second_masks=np.array([pair.second_mask for pair in ends], dtype=np.uint8).reshape(shape),
        differs=differs,
        truth=truth,
        none=np.array([distances[0] for distances in values], dtype=np.float64),
        total=np.array([distances[-1] for distances in values], dtype=np.float64),
        kinds=np.array([planned.pair.kind for planned in plan], dtype="<U8"),
        identities=np.array([planned.number for planned in plan], dtype=np.int64),
    )
