"""Queries that lie in the gallery as the very same file."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from jaxtyping import Int

from attrimeter.arrays import Array
from attrimeter.pixels import MAX_BYTES
from attrimeter.storage.reading import read_limited
from attrimeter.values import ImageSet

File = tuple[int, int]
"""Device and number of a file."""

UNKNOWN_CAMERAS = (0, -1)


def mark_copies(query: ImageSet, gallery: ImageSet) -> tuple[ImageSet, ImageSet, tuple[str, ...]]:
    """Queries and gallery with what is the same file marked, so that no query finds itself.

    Only images of one person in different cameras are compared, because the protocol leaves out the others
    anyway: by size first, and where that agrees by content. One file is of one camera: the query's where it
    names one, else the gallery's; where neither does, :attr:`ImageSet.copies` marks the two.

    Returns:
        Queries, gallery, and a sentence where there are any.
    """
    pairs = list(_same_files(query, gallery))
    if not pairs:
        return query, gallery, ()
    marks = np.full(len(query), -1), np.full(len(gallery), -1)
    cameras = query.cameras.copy(), gallery.cameras.copy()
    numbers: dict[bytes, int] = {}
    for row, column, content in pairs:
        if query.cameras[row] not in UNKNOWN_CAMERAS:
            cameras[1][column] = query.cameras[row]
        elif gallery.cameras[column] not in UNKNOWN_CAMERAS:
            cameras[0][row] = gallery.cameras[column]
        else:
            marks[0][row] = marks[1][column] = numbers.setdefault(content, len(numbers))
    count = len({row for row, _, _ in pairs})
    remark = (
        f"{count:,} of {len(query):,} queries lie in the gallery as the same file, which is no match of "
        "theirs and is left out of their rankings."
    )
    sides = (
        replace(images, cameras=camera, copies=mark if (mark >= 0).any() else None)
        for images, camera, mark in zip((query, gallery), cameras, marks, strict=True)
    )
    return *sides, (remark,)  # type: ignore[return-value]


def _same_files(query: ImageSet, gallery: ImageSet) -> Iterator[tuple[int, int, bytes]]:
    """Rows of queries and gallery images of the same person and content, but not of the same camera; and the
    content's digest."""
    shared = np.intersect1d(query.identities, gallery.identities)
    shared = shared[shared != 0]
    if not len(shared):
        return
    sides = [_by_person_and_size(images, shared) for images in (query, gallery)]
    contents = _Contents()
    for key in sides[0].keys() & sides[1].keys():
        rows, columns = sides[0][key], sides[1][key]
        views = {int(query.cameras[row]) for row, _ in rows} | {int(gallery.cameras[c]) for c, _ in columns}
        if len(views) == 1:
            continue
        others = [(column, contents.of(file, gallery.paths[column])) for column, file in columns]
        for row, file in rows:
            own = contents.of(file, query.paths[row])
            for column, other in others:
                if own == other != b"" and query.cameras[row] != gallery.cameras[column]:
                    yield row, column, own


def _by_person_and_size(
    images: ImageSet, persons: Int[Array, " p"]
) -> dict[tuple[int, int], list[tuple[int, File]]]:
    """Person and size -> rows and files."""
    found: dict[tuple[int, int], list[tuple[int, File]]] = defaultdict(list)
    for row in np.flatnonzero(np.isin(images.identities, persons)).tolist():
        try:
            status = images.paths[row].stat()
        except OSError:  # named again when it is read
            continue
        file = status.st_dev, status.st_ino
        found[int(images.identities[row]), status.st_size].append((row, file))
    return found


class _Contents:
    """Digests of files, each of which is read once."""

    def __init__(self) -> None:
        self._known: dict[File, bytes] = {}

    def of(self, file: File, path: Path) -> bytes:
        """The digest of ``file``, which lies at ``path``; b"" where it cannot be read."""
        if file not in self._known:
            try:
                self._known[file] = hashlib.sha256(read_limited(path, MAX_BYTES)).digest()
            except OSError:
                self._known[file] = b""
        return self._known[file]
