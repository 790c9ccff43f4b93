"""Making the trust card of an interpreter: its attribution of pairs that nothing else uses."""

from __future__ import annotations

import os
from collections.abc import Mapping

import numpy as np

from attrimeter.benchmarking.explainers import GroupAverage, InterpreterExplainer
from attrimeter.benchmarking.store import load_or_measure
from attrimeter.benchmarking.true_shares import average_true_shares
from attrimeter.benchmarking.trust import make_trust_card
from attrimeter.caching.folders import cache_folder
from attrimeter.interpreter import Interpreter
from attrimeter.interpreter.facts import Facts
from attrimeter.interpreter.folder import add_facts
from attrimeter.progress import StepProgress, silent
from attrimeter.storage import lock_folder
from attrimeter.synthesis.scenes import STANDARD
from attrimeter.targets import Target
from attrimeter.values.trust import TrustCard

CALIBRATION_STREAM = 77_002
CALIBRATION_PAIRS = {"many": 300, "few": 150}


def measure_trust(
    target: Target,
    interpreter: Interpreter,
    *,
    cache: str | os.PathLike[str] | None = None,
    pairs: Mapping[str, int] = CALIBRATION_PAIRS,
    seed: int = 0,
    samples: int = 1000,
    mark: bool = False,
    scene: str = STANDARD,
    workers: int | None = None,
    progress: StepProgress | None = None,
) -> TrustCard:
    """What an interpreter's contributions were worth on rendered pairs of its target.

    Its pairs are neither those of fitting nor those of the benchmark. The true values are kept in the cache,
    so that further interpreters of the same target need none of that time.

    Args:
        pairs: how many of each kind.
        seed: of the persons and views, and of the bootstrap.
        samples: of the bootstrap.
        mark: on persons with the identity mark on every backpack.
        scene: of persons and views.
        workers: processes that render; None takes all cores.
        progress: called with the name of every step, and how far it is.

    Raises:
        InterpreterError: it belongs to another target, or explains other attributes than those rendered.
        StorageError: the cache cannot be written.
    """
    explainer = InterpreterExplainer(interpreter)
    explainer.check_fits(target_fingerprint=target.fingerprint)
    measured, _ = load_or_measure(
        target,
        kinds=pairs,
        seed=seed,
        stream=CALIBRATION_STREAM,
        cache=cache_folder(cache),
        mark=mark,
        scene=scene,
        workers=workers,
        progress=(progress or silent)("trust card"),
    )
    known = interpreter.facts.true_shares
    shares = (
        average_true_shares(target, cache=cache, mark=mark, scene=scene, workers=workers, progress=progress)
        if known is None
        else np.array(known)
    )
    baseline = GroupAverage(shares).explain(measured)
    return make_trust_card(measured, explainer.explain(measured), baseline, samples=samples, seed=seed)


def add_trust(
    folder: str | os.PathLike[str],
    target: Target,
    interpreter: Interpreter,
    *,
    cache: str | os.PathLike[str] | None = None,
    pairs: Mapping[str, int] = CALIBRATION_PAIRS,
    mark: bool = False,
    scene: str = STANDARD,
    workers: int | None = None,
    progress: StepProgress | None = None,
) -> TrustCard:
    """Measure the trust card of a fitted interpreter, and keep it in its facts and in its folder.

    Raises:
        InterpreterError: as :func:`measure_trust`, or the folder holds another interpreter.
        StorageError: the folder or the cache cannot be written, or another process writes the folder.
    """
    with lock_folder(folder, "a trust card is being measured"):
        card = measure_trust(
            target,
            interpreter,
            cache=cache,
            pairs=pairs,
            mark=mark,
            scene=scene,
            workers=workers,
            progress=progress,
        )
        add_facts(folder, interpreter, Facts(trust=card))
    return card
