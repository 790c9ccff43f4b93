"""From a fitted interpreter and labelled persons to its same-person model, kept in the same folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from attrimeter.arrays import Array
from attrimeter.caching.cached_sides import CachedSide, cache_side, read_cached
from attrimeter.caching.folders import cache_folder
from attrimeter.caching.map_cache import MapCache, target_of
from attrimeter.evaluating.rankings import MODES, emphases
from attrimeter.fitting.fit_data import keep_labelled
from attrimeter.fitting.same_person import (
    SamePersonSettings,
    TrainingPersons,
    cross_fitted_states,
    fit_same_person,
    match_distance,
)
from attrimeter.interpreter import Interpreter
from attrimeter.interpreter.reading import ImageReading, join_readings
from attrimeter.interpreter.same_person import (
    SamePersonModel,
    cosine_distances,
)
from attrimeter.interpreter.same_person_file import save_same_person
from attrimeter.legible import whole_characters
from attrimeter.metrics import score_queries
from attrimeter.storage import lock_folder
from attrimeter.storage.places import check_place
from attrimeter.values import PersonDataset

Progress = Callable[[int, int], None]

STRENGTHS = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0)
CHOICE_QUERIES, CHOICE_GALLERY = 200, 2000
"""Training images by which the strength of AMD's modes is chosen."""

READ_BLOCK = 256


def calibrate_interpreter(
    interpreter: Interpreter,
    data: PersonDataset,
    *,
    folder: str | os.PathLike[str],
    settings: SamePersonSettings | None = None,
    cache: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> SamePersonModel:
    """Fit the same-person model on the training identities of ``data``, and keep it in ``folder``.

    The strengths of AMD's two re-weightings are chosen on the same identities, by mean average precision,
    and kept with it; so is the distance up to which a pair is called a match, in the target's metric.

    Args:
        folder: of the interpreter.
        progress: called with (steps done, steps in all).

    Raises:
        DatasetError: too few labelled training persons, or none seen by two cameras.
        FitError: what was learnt is no longer a number.
        StorageError: the folder cannot be written, or another process writes it.
    """
    check_place(folder)
    with lock_folder(folder, "its interpreter is being calibrated"):
        images = keep_labelled(data.train, data.name)
        side = cache_side(images, MapCache(cache_folder(cache), target_of(interpreter)))
        reading = _read_all(interpreter, side, progress)
        persons = TrainingPersons(
            embeddings=side.maps.embeddings,
            labels=torch.from_numpy(side.images.labels),
            identities=side.images.identities,
            cameras=side.images.cameras,
            appearances=interpreter.appearance(reading).cpu(),
            styles=reading.styles.cpu(),
        )

        def ledger(query: int, candidates: Array) -> Tensor:
            chosen = reading.take(torch.tensor([query])), reading.take(torch.from_numpy(candidates))
            return interpreter.compare_all(*chosen)[0].cpu()

        model = fit_same_person(persons, ledger, settings)
        strengths = choose_strengths(interpreter, reading, persons)
        chord = match_distance(persons, seed=model.facts["seed"])
        found = {
            "data": whole_characters(data.name),
            "strengths": strengths,
            "match_distance": interpreter.target.metric.from_chord(chord),
        }
        model = replace(model, facts={**model.facts, **found})
        save_same_person(folder, model)
        return model


def choose_strengths(
    interpreter: Interpreter, reading: ImageReading, persons: TrainingPersons
) -> dict[str, float]:
    """The strength of each of AMD's modes under which training images find their persons best, by mAP.

    Attribute states are read by classifiers that have not seen the person, as they will be in use.
    """
    states = cross_fitted_states(persons)
    rng = np.random.default_rng([0, 5])
    known = rng.permutation(np.unique(persons.identities))
    order = np.concatenate([np.flatnonzero(persons.identities == identity) for identity in known])
    gallery = order[:CHOICE_GALLERY]
    queries = rng.permutation(gallery)[:CHOICE_QUERIES]
    found: dict[tuple[str, float], list[float]] = {}
    for query in queries:
        chosen = torch.tensor([query]), torch.from_numpy(gallery)
        components = interpreter.compare_all(*(reading.take(rows) for rows in chosen)).cpu()
        distances = cosine_distances(*(persons.embeddings[rows] for rows in chosen))
        for mode, emphasis in emphases(components, *(states[rows] for rows in chosen)).items():
            for strength in STRENGTHS:
                scores = score_queries(
                    ((1 + strength * emphasis) * distances).numpy(),
                    query_identities=persons.identities[[query]],
                    query_cameras=persons.cameras[[query]],
                    gallery_identities=persons.identities[gallery],
                    gallery_cameras=persons.cameras[gallery],
                )
                found.setdefault((mode, strength), []).append(float(scores.average_precision[0]))
    means = {key: float(np.nanmean([0.0, *values])) for key, values in found.items()}
    return {mode: max(STRENGTHS, key=lambda strength: means[mode, strength]) for mode in MODES}


def _read_all(interpreter: Interpreter, side: CachedSide, progress: Progress | None) -> ImageReading:
    """Every training image, without maps and in single precision: parts take some 10 to 200 kB each."""
    parts = []
    for start in range(0, len(side), READ_BLOCK):
        rows = np.arange(start, min(start + READ_BLOCK, len(side)))
        read = read_cached(interpreter, side, rows).without_maps()
        parts.append(replace(read, embeddings=read.embeddings.float(), parts=read.parts.float()))
        if progress is not None:
            progress(int(rows[-1]) + 1, len(side))
    return join_readings(parts)
