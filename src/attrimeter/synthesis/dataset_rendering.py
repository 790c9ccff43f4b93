"""Drawing the pictures of a planned data set, and their part masks, by several processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from attrimeter.pixels import write_image
from attrimeter.storage.disk_space import announce, warm_seconds
from attrimeter.synthesis.marks import paint_mark
from attrimeter.synthesis.processes import rendering_processes
from attrimeter.synthesis.renderer import render_person
from attrimeter.synthesis.sampling import sample_person
from attrimeter.synthesis.specification_list import RenderedPicture
from attrimeter.synthesis.view import sample_view

MASKS = "part_masks"

_CHUNK = 16
_OVERHEAD = 10_000
"""Bytes of a picture besides its pixels: its mask, its specification, and two files' last blocks."""


def announce_rendering(root: Path, pictures: int, size: tuple[int, int], workers: int) -> None:
    """Say what so many pictures of that size take in ``root``.

    Raises:
        StorageError: the disk has not as much space.
    """
    rng = np.random.default_rng(0)
    person, view = sample_person(rng), sample_view(rng, 1)
    announce(
        f"{pictures:,} rendered pictures and their part masks",
        root,
        pictures * (size[0] * size[1] + _OVERHEAD),
        seconds=pictures * warm_seconds(lambda: render_person(person, view, size)) / workers,
        smaller="ask for fewer persons, fewer images of each, or smaller ones",
    )


def render_plan(
    root: Path, plan: Sequence[RenderedPicture], workers: int, progress: Callable[[int, int], None]
) -> None:
    """Draw every picture of a plan to its place in ``root``, and its mask beside it in :data:`MASKS`.

    Args:
        workers: processes that render; does not change the result.
        progress: called with the number of pictures done and in all.

    Raises:
        StorageError: a file cannot be written.
    """
    chunks = [(root, plan[start : start + _CHUNK]) for start in range(0, len(plan), _CHUNK)]
    done = 0
    for count in _run(chunks, workers):
        done += count
        progress(done, len(plan))


def _run(chunks: Sequence[tuple[Path, Sequence[RenderedPicture]]], workers: int) -> Iterator[int]:
    if workers == 1:
        yield from map(_render_chunk, chunks)
        return
    with rendering_processes(workers) as pool:
        yield from pool.map(_render_chunk, chunks)


def _render_chunk(chunk: tuple[Path, Sequence[RenderedPicture]]) -> int:
    root, pictures = chunk
    for picture in pictures:
        rendered = render_person(picture.person, picture.view, picture.size)
        if picture.mark is not None:
            rendered = paint_mark(rendered, picture.person)
        file = Path(picture.file)
        write_image(root / file, rendered.image)
        write_image(root / MASKS / file.parent / f"{file.stem}.png", rendered.mask)
    return len(pictures)
