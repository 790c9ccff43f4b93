"""Editing real test pictures, and what interpreters predicted of it."""

from __future__ import annotations

import os
from collections.abc import Sequence

from attrimeter.benchmarking.explainers.interpreters import RENDERED_GROUPS
from attrimeter.benchmarking.real_edits import score_real_edits
from attrimeter.benchmarking.real_pairs import pool_test_images
from attrimeter.benchmarking.true_shares import average_true_shares
from attrimeter.errors import InterpreterError
from attrimeter.interpreter import Interpreter
from attrimeter.progress import StepProgress, silent
from attrimeter.targets import Target
from attrimeter.values import PersonDataset
from attrimeter.values.real_edits import RealEditScores


def edit_real_images(
    target: Target,
    interpreters: Sequence[tuple[str, Interpreter]],
    dataset: PersonDataset,
    *,
    pairs: int = 150,
    seed: int = 0,
    cache: str | os.PathLike[str] | None = None,
    samples: int = 1000,
    workers: int | None = None,
    progress: StepProgress | None = None,
) -> RealEditScores:
    """Recolour clothes and paint over carried objects in the queries and gallery of a data set.

    The first interpreter's maps say where. See :func:`attrimeter.benchmarking.real_edits.score_real_edits`.

    Args:
        interpreters: of that target, with their names in tables; at least one.
        dataset: labelled by the schema of the interpreters.
        pairs: wanted of each attribute group.
        seed: of the choice of pairs and of the random places.
        cache: where the average shares of the target are kept; None takes the user's own.
        samples: of the bootstrap.
        workers: processes that render the pairs behind the average shares; None takes all cores.
        progress: called with the name of every step, and how far it is.

    Raises:
        InterpreterError, DatasetError, SchemaError, SettingsError, ImageError, LedgerError: as there.
        StorageError: the cache cannot be written.
    """
    if not interpreters:
        raise InterpreterError(
            "Real pictures are edited where an interpreter sees their attributes; name at least one."
        )
    shares = average_true_shares(target, cache=cache, workers=workers, progress=progress)
    return score_real_edits(
        target,
        dict(interpreters),
        pool_test_images(dataset),
        data=dataset.name,
        shares=dict(zip(RENDERED_GROUPS, shares.tolist(), strict=True)),
        pairs=pairs,
        seed=seed,
        samples=samples,
        progress=(progress or silent)("real edits"),
    )
