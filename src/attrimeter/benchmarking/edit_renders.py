"""The pictures that true contributions are measured on: every edit of a pair, rendered in all processes.

Nothing here needs PyTorch, so that worker processes start quickly.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from jaxtyping import UInt8

from attrimeter.arrays import Array
from attrimeter.errors import SettingsError
from attrimeter.ranges import check_number
from attrimeter.synthesis import (
    KINDS,
    EditPair,
    PersonSpecification,
    RenderedPerson,
    View,
    render_batch,
    render_person,
    sample_any_view,
    sample_edit_pair,
    sample_view,
)
from attrimeter.synthesis.marks import paint_mark
from attrimeter.synthesis.processes import rendering_processes
from attrimeter.synthesis.scenes import STANDARD

_NUMBERS = {"few": (0, 3), "many": (1, 3), "same": (2, 3), "edited": (1_000_000, 1)}
"""Number of a kind's first pair, and the step to its next."""

_CHUNK_PICTURES = 256
_CHUNKS_AHEAD = 2  # per worker, which bounds the memory


@dataclass(frozen=True)
class PlannedPair:
    """A pair to be measured: its number, the persons, and the view of the first picture.

    That is a view of its own, or where the pair is "edited" the view of the edits.
    """

    number: int
    pair: EditPair
    first_view: View

    @property
    def pictures(self) -> int:
        """How many pictures it takes: the first, and one for every subset of the groups that differ."""
        return 1 + (1 << len(self.pair.groups))


@dataclass(frozen=True)
class RenderedEdits:
    """The pictures of one pair.

    Attributes:
        first, first_mask: the first person, in the first view.
        edits: the first person edited, in the second view; the index of a picture has bit i set where
            group i of the pair is taken from the second person, so that the last shows that person.
        second_mask: of the last edit.
    """

    first: UInt8[Array, "height width 3"]
    first_mask: UInt8[Array, "height width"]
    edits: UInt8[Array, "subsets height width 3"]
    second_mask: UInt8[Array, "height width"]


def plan_pairs(
    kinds: Mapping[str, int], *, seed: int, stream: int, disturb: int | None = None, scene: str = STANDARD
) -> list[PlannedPair]:
    """Sample ``kinds[kind]`` pairs of each kind, in the order of KINDS.

    Pair number i has a generator of its own, seeded by (stream, seed, i), and every kind has numbers of its
    own: more pairs, or pairs of further kinds, leave those that were there before as they are.

    Args:
        disturb: another number gives another background, occluder and sensor noise behind all edits of a
            pair, with everything else the same; None leaves the view as it was sampled.
        scene: of persons and views (:mod:`attrimeter.synthesis.scenes`).

    Raises:
        SettingsError: an unknown kind or scene, or a negative number.
    """
    _check_plan(kinds, seed, stream, disturb)
    plan = []
    for kind in KINDS:
        first, step = _NUMBERS[kind]
        for index in range(kinds.get(kind, 0)):
            number = first + step * index
            rng = _generator(stream, seed, number)
            pair = sample_edit_pair(rng, kind, scene=scene)
            view = sample_any_view(rng, scene=scene)
            if disturb is not None:
                disturbed = _disturb_view(pair.view, _generator(stream, seed, number, 1 + disturb))
                pair = replace(pair, view=disturbed)
            plan.append(PlannedPair(number, pair, pair.view if kind == "edited" else view))
    return plan


def check_kinds(kinds: Mapping[str, int]) -> None:
    """Raise SettingsError for a kind of pair that does not exist, or for too few or too many of one."""
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise SettingsError(f"There is no kind of pair {unknown[0]!r}; choose from {', '.join(KINDS)}.")
    for kind, count in kinds.items():
        check_number("kind_pairs", count, called=f"the number of {kind!r} pairs")


def _check_plan(kinds: Mapping[str, int], seed: int, stream: int, disturb: int | None) -> None:
    check_number("seed", seed)
    check_kinds(kinds)
    for name, value in {"stream": stream, "disturb": disturb or 0}.items():
        if value < 0:
            raise SettingsError(f"{name} is {value}; give a number from 0.")


def _generator(*key: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))


def _disturb_view(view: View, rng: np.random.Generator) -> View:
    """The view with what has nothing to do with the person drawn anew, for the same camera."""
    other = sample_view(rng, view.camera)
    return replace(
        view,
        background_seed=other.background_seed,
        occluder=other.occluder,
        noise_seed=other.noise_seed,
    )


def render_plan(
    plan: Sequence[PlannedPair], *, workers: int, mark: bool = False
) -> Iterator[list[RenderedEdits]]:
    """The pictures of all pairs in order, chunk by chunk; few chunks are held at any time.

    Args:
        mark: paint the identity mark on every backpack (:mod:`attrimeter.synthesis.marks`).
        workers: number of processes; 1 renders in this one. It does not change the result.

    Raises:
        SettingsError: fewer than one worker.
    """
    check_number("workers", workers)
    chunks = _split_plan(plan)
    if workers == 1:
        yield from map(partial(render_edits, mark=mark), chunks)
        return
    waiting: deque[Future[list[RenderedEdits]]] = deque()
    with rendering_processes(workers) as pool:
        for chunk in chunks:
            waiting.append(pool.submit(render_edits, chunk, mark=mark))
            if len(waiting) > _CHUNKS_AHEAD * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _split_plan(plan: Sequence[PlannedPair]) -> Iterator[list[PlannedPair]]:
    """Chunks of at most _CHUNK_PICTURES pictures, or of one pair that alone has more."""
    chunk: list[PlannedPair] = []
    for planned in plan:
        if chunk and sum(p.pictures for p in chunk) + planned.pictures > _CHUNK_PICTURES:
            yield chunk
            chunk = []
        chunk.append(planned)
    if chunk:
        yield chunk


def render_edits(chunk: Sequence[PlannedPair], *, mark: bool = False) -> list[RenderedEdits]:
    """All pictures of a few pairs, in this process; ``mark`` as for :func:`render_plan`."""
    return [_render_pair(planned, mark) for planned in chunk]


def _render_pair(planned: PlannedPair, mark: bool) -> RenderedEdits:
    pair = planned.pair
    first = _render(pair.first, planned.first_view, mark)
    persons = [
        pair.edited([group for bit, group in enumerate(pair.groups) if subset >> bit & 1])
        for subset in range(1 << len(pair.groups))
    ]
    edits, masks = render_batch(persons, [pair.view] * len(persons))
    if mark:
        for index, person in enumerate(persons):
            edits[index] = paint_mark(RenderedPerson(edits[index], masks[index]), person).image
    return RenderedEdits(first.image, first.mask, edits, masks[-1].copy())


def _render(person: PersonSpecification, view: View, mark: bool) -> RenderedPerson:
    rendered = render_person(person, view)
    return paint_mark(rendered, person) if mark else rendered
