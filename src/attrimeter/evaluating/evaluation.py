"""Scoring a target and its interpreter on the queries and gallery of a data set."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from attrimeter.arrays import Array
from attrimeter.caching.cached_sides import GALLERY_BLOCK, PART_BYTES, CachedSide, cache_sides, read_cached
from attrimeter.caching.folders import cache_folder
from attrimeter.caching.map_cache import MapCache, target_of
from attrimeter.caching.memory import release_free_memory
from attrimeter.datasets.matches import require_matches
from attrimeter.errors import DatasetError
from attrimeter.evaluating.pair_tally import EXPLAINERS, PairTally, TallySide
from attrimeter.fitting.attribute_classifier import classify_attributes
from attrimeter.interpreter import Interpreter
from attrimeter.metrics import (
    average_precision,
    balanced_accuracy,
    concatenate_query_scores,
    pairwise_distances,
    score_queries,
    summarise_retrieval,
)
from attrimeter.targets import Target
from attrimeter.values import AttributeRow, Evaluation, PersonDataset, RetrievalScores, Skipped
from attrimeter.values.metric import Metric

Progress = Callable[[int, int], None]
QUERY_BLOCK = 128


def evaluate_retrieval(
    target: Target, queries: CachedSide, gallery: CachedSide
) -> dict[str, RetrievalScores]:
    """Retrieval of the frozen target by Euclidean and by cosine distance, whichever it uses itself.

    A target whose embeddings have unit length (metric "cosine") has only the latter.
    """
    found = {}
    for metric in (Metric.COSINE,) if target.metric.has_unit_length else Metric:
        parts = []
        for start in range(0, len(queries), QUERY_BLOCK):
            rows = slice(start, start + QUERY_BLOCK)
            distances = pairwise_distances(queries.maps.embeddings[rows], gallery.maps.embeddings, metric)
            parts.append(
                score_queries(
                    distances.numpy(),
                    query_identities=queries.images.identities[rows],
                    query_cameras=queries.images.views[rows],
                    gallery_identities=gallery.images.identities,
                    gallery_cameras=gallery.images.views,
                )
            )
        found[metric.value] = summarise_retrieval(concatenate_query_scores(parts), queries.images.identities)
    return found


def evaluate_interpreter(
    interpreter: Interpreter,
    data: PersonDataset,
    *,
    cache: str | os.PathLike[str] | None = None,
    notes: Sequence[str] = (),
    unmapped: Sequence[str] = (),
    progress: Progress | None = None,
) -> Evaluation:
    """Everything that ``attrimeter evaluate`` reports.

    Args:
        data: its queries and gallery are used.
        notes: sentences to carry along.
        unmapped: attributes that the data's own schema does not have; what is known of them (who wears red
            does not wear yellow) counts in the pairs, but their rows say that nothing is known.
        progress: called with (steps done, steps in all).

    Raises:
        DatasetError: no queries or gallery that can be read and matched, or labels of another schema.
    """
    if len(data.query) == 0 or len(data.gallery) == 0:
        raise DatasetError(f"{data.name} at {data.root} has no queries or no gallery to evaluate on.")
    target = target_of(interpreter)
    store = MapCache(cache_folder(cache), target)
    queries, gallery = cache_sides(store, data.query, data.gallery, progress=progress)
    _check_labels(interpreter, queries, gallery, data)
    require_matches(replace(data, query=queries.images, gallery=gallery.images))
    tally = PairTally(interpreter, len(queries), len(queries) * len(gallery))
    probabilities = tally_pairs(tally, interpreter, queries, gallery, progress=progress)
    labels = np.concatenate([queries.images.labels, gallery.images.labels])
    identities = queries.images.identities
    skipped = (*data.skipped, *queries.maps.skipped, *gallery.maps.skipped)
    return Evaluation(
        target=target.profile.name,
        target_fingerprint=target.fingerprint,
        form=interpreter.form.name,
        schema=interpreter.schema.name,
        data=data.name,
        retrieval=evaluate_retrieval(target, queries, gallery),
        attribution={name: tally.attribution(name, identities) for name in EXPLAINERS},
        gap=tally.mean("gap", "gap", identities) if interpreter.form.has_gap else None,
        completeness=tally.completeness,
        mean_other_share=tally.mean("other", "other", identities).value,
        rows=attribute_rows(tally, np.asarray(balanced_accuracy(probabilities, labels)), unmapped),
        notes=(*notes, *_skipped_notes(skipped)),
    )


def tally_pairs(
    tally: PairTally,
    interpreter: Interpreter,
    queries: CachedSide,
    gallery: CachedSide,
    *,
    progress: Progress | None = None,
) -> Array:
    """Score all pairs: as many queries as fit in the budget are held, the gallery streams past them.

    Returns:
        The probability of each attribute's positive state as the interpreter reads it: queries, then gallery.
    """
    attributes = len(interpreter.schema) + 1
    held = max(QUERY_BLOCK, PART_BYTES // (8 * attributes * queries.maps.embeddings.shape[1]))
    steps = -(-len(queries) // held) * -(-len(gallery) // GALLERY_BLOCK)
    done = 0
    read: dict[str, list[Array]] = {"queries": [], "gallery": []}
    for first in range(0, len(queries), held):
        rows = range(first, min(first + held, len(queries)), QUERY_BLOCK)
        blocks = [slice(row, min(row + QUERY_BLOCK, first + held, len(queries))) for row in rows]
        sides = [_side(interpreter, queries, block) for block in blocks]
        queries.maps.release()
        read["queries"].extend(_probabilities(side) for side in sides)
        for start in range(0, len(gallery), GALLERY_BLOCK):
            other = _side(interpreter, gallery, slice(start, min(start + GALLERY_BLOCK, len(gallery))))
            for block, side in zip(blocks, sides, strict=True):
                tally.add(block, side, other)
            gallery.maps.release()
            release_free_memory()
            if first == 0:
                read["gallery"].append(_probabilities(other))
            done += 1
            if progress is not None:
                progress(done, steps)
    return np.concatenate([*read["queries"], *read["gallery"]])


def _probabilities(side: TallySide) -> Array:
    return side.reading.logits.sigmoid().cpu().numpy()


def _side(interpreter: Interpreter, side: CachedSide, rows: slice) -> TallySide:
    index = np.arange(rows.start, rows.stop)
    embeddings = side.maps.embeddings[rows].to(interpreter.target.device)
    if interpreter.baseline is None:
        states = torch.full((len(index), len(interpreter.schema)), 0.5)
    else:
        states = classify_attributes(embeddings, interpreter.baseline)
    reading = read_cached(interpreter, side, index)
    return TallySide(
        reading=replace(
            reading, maps=reading.maps.new_zeros(*reading.maps.shape[:2], 0, 0)
        ),  # not needed to compare
        states=states,
        labels=torch.from_numpy(side.images.labels[rows]),
        identities=side.images.identities[rows],
    )


def _check_labels(
    interpreter: Interpreter, queries: CachedSide, gallery: CachedSide, data: PersonDataset
) -> None:
    for side in (queries, gallery):
        if len(side) == 0:
            raise DatasetError(f"Not one of the query or gallery images of {data.root} could be read.")
        if side.images.labels.shape[1] != len(interpreter.schema):
            raise DatasetError(
                f"{data.root} is labelled with {side.images.labels.shape[1]} attributes, but the interpreter "
                f"explains the {len(interpreter.schema)} of schema {interpreter.schema.name!r}; give the "
                "matching attribute file with --attributes."
            )


def _skipped_notes(skipped: Sequence[Skipped]) -> list[str]:
    if not skipped:
        return []
    first = skipped[0]
    return [f"{len(skipped)} files were skipped, the first {Path(first.path).name}: {first.reason}"]


def attribute_rows(
    tally: PairTally, accuracy: Array, unmapped: Sequence[str] = ()
) -> tuple[AttributeRow, ...]:
    """One row per attribute, from the tally's even sample of different-person pairs.

    Args:
        accuracy: balanced accuracy of the state read of each attribute, in [0, 1].
        unmapped: attributes of which the labels cannot say that they hold; their numbers are NaN.
    """
    names = tally.interpreter.schema.names
    if not tally.sample:
        return ()
    shares = np.concatenate([part for part, _ in tally.sample])
    states = np.concatenate([part for _, part in tally.sample])
    rows = []
    for index, name in enumerate(names):
        known = (states[:, index] >= 0) & (name not in unmapped)
        differs, share = states[known, index] == 1, 100 * shares[known, index]
        rows.append(
            AttributeRow(
                name=name,
                differs=100 * _mean(differs.astype(np.float64)),
                share_differs=_mean(share[differs]),
                share_common=_mean(share[~differs]),
                average_precision=100 * average_precision(share, differs),
                reading_accuracy=float("nan") if name in unmapped else 100 * float(accuracy[index]),
            )
        )
    return tuple(rows)


def _mean(values: Array) -> float:
    return float(values.mean()) if len(values) else float("nan")
