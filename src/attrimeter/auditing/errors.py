"""Wrong matches of rank 1, and what they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool, Float, Int, Int8

from attrimeter.arrays import Array
from attrimeter.auditing.error_patterns import find_patterns
from attrimeter.auditing.ranking import WrongRanks
from attrimeter.auditing.reading import PairReader
from attrimeter.auditing.traits import name_traits
from attrimeter.values.audit import ErrorCluster, WrongMatch

EXAMPLES = 3
CHANCE_PAIRS = 20_000


@dataclass
class ChancePairs:
    """Pairs of different persons drawn by chance, with their contributions.

    Args:
        share: of the pairs that are kept.
    """

    share: float
    seed: int = 0
    kept: list[tuple[Array, Array, Array]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng([self.seed, 19])

    def add(self, queries: Array, gallery: Array, components: Array, counted: Bool[Array, "q g"]) -> None:
        """Keep some of a block's pairs."""
        row, column = np.nonzero(counted & (self.rng.random(counted.shape) < self.share))
        self.kept.append((queries[row], gallery[column], components[row, column]))

    def all(self) -> tuple[Array, Array, Array]:
        """Queries, gallery images, and contributions."""
        first, second, parts = zip(*self.kept, strict=True)
        return np.concatenate(first), np.concatenate(second), np.concatenate(parts)


@dataclass(frozen=True)
class SharedMistakes:
    """Mistakes that share traits, in words; none for the rest. ``rows`` are their places among all."""

    words: tuple[str, ...]
    rows: Int[Array, " rows"]
    expected: float


def group_mistakes(
    reader: PairReader,
    queries: Int[Array, " n"],
    wrong: Int[Array, " n"],
    *,
    chance: ChancePairs,
    labels: tuple[Int8[Array, "queries attr"], Int8[Array, "gallery attr"]],
    typical: Float[Array, " groups"],
) -> list[SharedMistakes]:
    """Put mistakes together that share what chance pairs rarely do, the most first; the rest comes last.

    Args:
        queries, wrong: who was taken for whom; at least one.
        labels: of all queries and of the whole gallery.
        typical: share of each group where the labels differ.
    """
    traits = []
    for first, second, parts in ((queries, wrong, reader.compare(queries, wrong)), chance.all()):
        shares = parts[:, :-1] / np.maximum(parts.sum(axis=1, keepdims=True), 1e-12)
        schema = reader.interpreter.schema
        traits.append(name_traits(schema, labels[0][first], labels[1][second], shares, typical))
    own, others = traits
    found = [
        SharedMistakes(tuple(own.words[trait] for trait in pattern.traits), pattern.rows, pattern.expected)
        for pattern in find_patterns(own.holds, others.holds)
    ]
    found.sort(key=lambda shared: -len(shared.rows))
    taken = np.concatenate([[], *(shared.rows for shared in found)]).astype(int)
    rest = np.setdiff1d(np.arange(len(queries)), taken)
    return [*found, SharedMistakes((), rest, float(len(rest)))] if len(rest) else found


def cluster_errors(
    reader: PairReader,
    errors: WrongRanks,
    chance: ChancePairs,
    labels: tuple[Int8[Array, "queries attr"], Int8[Array, "gallery attr"]],
    typical: Float[Array, " groups"],
) -> tuple[ErrorCluster, ...]:
    """The wrong matches as :func:`group_mistakes` puts them together, with the clearest as examples."""
    if len(errors.queries) == 0:
        return ()
    shared = group_mistakes(
        reader, errors.queries, errors.wrong, chance=chance, labels=labels, typical=typical
    )
    because = set_apart(reader, errors.queries, errors.right, errors.wrong)
    return tuple(_cluster(reader, errors, because, mistakes) for mistakes in shared)


def set_apart(
    reader: PairReader, queries: Int[Array, " n"], right: Int[Array, " n"], wrong: Int[Array, " n"]
) -> Float[Array, "n groups_and_other"]:
    """How much farther each group sets one gallery image than another, in percent of the other's distance."""
    far, near = (reader.compare(queries, rows) for rows in (right, wrong))
    apart: Array = 100 * (far - near) / np.maximum(near.sum(axis=1, keepdims=True), 1e-12)
    return apart


def _cluster(
    reader: PairReader, errors: WrongRanks, because: Array, mistakes: SharedMistakes
) -> ErrorCluster:
    names = [*reader.interpreter.schema.groups, "other"]
    clearest = mistakes.rows[np.argsort(-because[mistakes.rows].sum(axis=1), kind="stable")][:EXAMPLES]
    queries, gallery = reader.queries.images.paths, reader.gallery.images.paths
    return ErrorCluster(
        words=mistakes.words,
        count=len(mistakes.rows),
        expected=mistakes.expected,
        because=_named(names, because[mistakes.rows].mean(axis=0)),
        examples=tuple(
            WrongMatch(
                query=queries[errors.queries[row]],
                wrong=gallery[errors.wrong[row]],
                right=gallery[errors.right[row]],
                because=_named(names, because[row]),
            )
            for row in clearest
        ),
    )


def _named(names: Sequence[str], values: Array) -> dict[str, float]:
    return {name: float(value) for name, value in zip(names, values, strict=True)}
