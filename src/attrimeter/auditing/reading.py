"""Streaming a data set past an interpreter: each block of queries meets a sample of the gallery."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from attrimeter.arrays import Array
from attrimeter.caching.cached_sides import GALLERY_BLOCK, CachedSide, read_cached
from attrimeter.interpreter import Interpreter
from attrimeter.interpreter.reading import ImageReading

QUERY_BLOCK = 64


@dataclass(frozen=True)
class PairSample:
    """Some queries against some of the gallery.

    Attributes:
        queries, gallery: row numbers.
        components: of each group and *other*, in units of the target's distance.
        different: which pairs show different persons.
    """

    queries: Int[Array, " q"]
    gallery: Int[Array, " g"]
    components: Float[Array, "q g groups_and_other"]
    different: Bool[Array, "q g"]


class PairReader:
    """Contributions of attribute groups for the pairs of a data set.

    Args:
        interpreter: of any form.
        queries, gallery: with cached maps.
    """

    def __init__(self, interpreter: Interpreter, queries: CachedSide, gallery: CachedSide) -> None:
        self.interpreter, self.queries, self.gallery = interpreter, queries, gallery
        schema = interpreter.schema
        width = len(schema.groups)
        self.summing = np.zeros((len(schema) + 1, width + 1))
        self.summing[np.arange(len(schema) + 1), [*schema.group_index, width]] = 1

    def sample(self, candidates: int, *, seed: int = 0) -> Iterator[PairSample]:
        """Every query against ``candidates`` gallery images drawn anew for each block of queries.

        Where the gallery has no more than that, all of it is taken. Junk (identity -1) never is.
        """
        rng = np.random.default_rng([seed, 17])
        usable = np.flatnonzero(self.gallery.images.identities >= 0)
        for start in range(0, len(self.queries), QUERY_BLOCK):
            rows = np.arange(start, min(start + QUERY_BLOCK, len(self.queries)))
            own = self._read(self.queries, rows)
            drawn = np.sort(rng.permutation(usable)[:candidates])
            for first in range(0, len(drawn), GALLERY_BLOCK):
                chosen = drawn[first : first + GALLERY_BLOCK]
                components = self.interpreter.compare_all(own, self._read(self.gallery, chosen))
                yield PairSample(
                    queries=rows,
                    gallery=chosen,
                    components=components.cpu().double().numpy() @ self.summing,
                    different=self._different(rows, chosen),
                )
            self.queries.maps.release()
            self.gallery.maps.release()

    def compare(
        self, queries: Int[Array, " p"], gallery: Int[Array, " p"]
    ) -> Float[Array, "p groups_and_other"]:
        """The contributions of p pairs, query by query; no pairs give an empty table."""
        found = [np.zeros((0, self.summing.shape[1]))]
        for start in range(0, len(queries), GALLERY_BLOCK):
            rows = slice(start, start + GALLERY_BLOCK)
            sides = self._read(self.queries, queries[rows]), self._read(self.gallery, gallery[rows])
            found.append(self.interpreter.compare_pairs(*sides).cpu().double().numpy() @ self.summing)
        return np.concatenate(found)

    def read_states(self, side: CachedSide, rows: Int[Array, " n"]) -> Array:
        """The more probable state of each attribute, as the interpreter reads it: 1 or 0."""
        return (self._read(side, rows).logits > 0).cpu().numpy().astype(np.int8)

    def _read(self, side: CachedSide, rows: Array) -> ImageReading:
        return read_cached(self.interpreter, side, rows).without_maps()

    def _different(self, rows: Array, chosen: Array) -> Array:
        own, others = self.queries.images.identities[rows], self.gallery.images.identities[chosen]
        different: Array = (own[:, None] != others[None]) | (own[:, None] == 0)
        return different
