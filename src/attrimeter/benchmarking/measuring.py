"""Measuring what every subset of the edits between two persons does to a target's distance.

From that follow the true contributions: Shapley values of attribute edits (docs/method.md#truth-by-edits).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float64

from attrimeter.arrays import Array
from attrimeter.benchmarking.edit_renders import PlannedPair, RenderedEdits, render_plan
from attrimeter.metrics.shapley import shapley_values
from attrimeter.schemas import SCHEMAS
from attrimeter.synthesis import DEFAULT_SIZE
from attrimeter.synthesis.edit_pairs import MOST_GROUPS
from attrimeter.synthesis.processes import usable_cores
from attrimeter.targets import Target
from attrimeter.values import MeasuredPairs
from attrimeter.values.edit_tables import EditTables

BENCHMARK_STREAM = 77_001
"""The stream of random numbers that the benchmark's persons and views come from."""


def measure_tables(
    target: Target,
    plan: Sequence[PlannedPair],
    *,
    mark: bool = False,
    workers: int | None = None,
    batch_size: int = 64,
    progress: Callable[[int, int], None] | None = None,
) -> EditTables:
    """Render planned pairs with all their edits, and measure the distance of every one of them.

    The first person p is seen in one view. In another view p is turned into the second person q, for every
    subset of the groups that differ; skin and shoes are q's throughout. The value of a subset is the squared
    Euclidean distance of the target's embeddings between p's picture and the edited one. Only a few pairs'
    edits are held at any time.

    Args:
        mark: the identity mark is on every backpack, in the first picture and in the edits.
        workers: processes that render; None takes all cores that this process may use. Their number does
            not change the result.
        batch_size: pictures that the target embeds at a time.
        progress: called with the number of pictures done and in all.

    Returns:
        The pairs in the order of the plan; empty for no pairs.

    Raises:
        SettingsError: fewer than one worker.
    """
    pictures = sum(planned.pictures for planned in plan)
    shown: list[tuple[Array, ...]] = []
    values: list[Float64[Array, " subsets"]] = []
    for chunk in render_plan(plan, workers=usable_cores() if workers is None else workers, mark=mark):
        values += edit_distances(target, chunk, batch_size=batch_size)
        for one in chunk:
            edits = one.edits[0].copy(), one.edits[-1].copy()
            shown.append((one.first, *edits, one.first_mask, one.second_mask))
        if progress is not None:
            progress(sum(1 + len(distances) for distances in values), pictures)
    return _join(target.fingerprint, plan, shown, values)


def edit_distances(
    target: Target, rendered: Sequence[RenderedEdits], *, batch_size: int = 64
) -> list[Float64[Array, " subsets"]]:
    """Squared distances of each pair's edits from its first picture, embedded together in batches."""
    images = [image for pair in rendered for image in (pair.first, *pair.edits)]
    embeddings = target.embed_images(images, batch_size=batch_size).astype(np.float64)
    ends = np.cumsum([1 + len(pair.edits) for pair in rendered])
    return [np.square(rows[1:] - rows[0]).sum(axis=1) for rows in np.split(embeddings, ends[:-1])]


def _join(
    fingerprint: str,
    plan: Sequence[PlannedPair],
    shown: Sequence[tuple[Array, ...]],
    values: Sequence[Float64[Array, " subsets"]],
) -> EditTables:
    groups = tuple(SCHEMAS["market1501"].groups)
    most = max([MOST_GROUPS, *(len(planned.pair.groups) for planned in plan)])
    columns = np.full((len(plan), most), -1, dtype=np.int64)
    table = np.full((len(plan), 1 << most), np.nan)
    for row, (planned, distances) in enumerate(zip(plan, values, strict=True)):
        columns[row, : len(planned.pair.groups)] = [groups.index(group) for group in planned.pair.groups]
        table[row, : len(distances)] = distances

    def stacked(number: int, *channels: int) -> Array:
        parts = [pictures[number] for pictures in shown]
        return np.array(parts, dtype=np.uint8).reshape(len(plan), *DEFAULT_SIZE, *channels)

    return EditTables(
        target_fingerprint=fingerprint,
        groups=groups,
        first=stacked(0, 3),
        start=stacked(1, 3),
        second=stacked(2, 3),
        first_masks=stacked(3),
        second_masks=stacked(4),
        columns=columns,
        values=table,
        kinds=np.array([planned.pair.kind for planned in plan], dtype="<U8"),
        identities=np.array([planned.number for planned in plan], dtype=np.int64),
    )


def no_tables(target: Target) -> EditTables:
    """Of no pairs."""
    return _join(target.fingerprint, [], [], [])


def pairs_of(tables: EditTables) -> MeasuredPairs:
    """The pairs with what each attribute group truly contributes: the Shapley value of its edit."""
    truth = np.zeros((len(tables), len(tables.groups)))
    for row, columns in enumerate(tables.columns):
        groups = columns[columns >= 0]
        truth[row, groups] = shapley_values(tables.values[row : row + 1, : 1 << len(groups)])[0]
    return MeasuredPairs(
        target_fingerprint=tables.target_fingerprint,
        groups=tables.groups,
        first=tables.first,
        second=tables.second,
        first_masks=tables.first_masks,
        second_masks=tables.second_masks,
        differs=tables.differs,
        truth=truth,
        none=tables.none,
        total=tables.total,
        kinds=tables.kinds,
        identities=tables.identities,
    )
