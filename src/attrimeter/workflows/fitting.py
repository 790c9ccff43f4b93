"""From a target and a labelled data set to an interpreter folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import torch

from attrimeter.caching.folders import cache_folder
from attrimeter.fitting.attribute_classifier import fit_attribute_classifier
from attrimeter.fitting.fit_data import FitData, keep_labelled, prepare_fit_data
from attrimeter.fitting.fit_folder import (
    CHECKPOINT,
    FitListener,
    check_resumable,
    finite,
    fit_into_folder,
)
from attrimeter.fitting.image_fit import ImageFit
from attrimeter.fitting.prevalence import label_prevalence
from attrimeter.interpreter import Interpreter, InterpreterSettings, build_interpreter
from attrimeter.interpreter.forms.fit_settings import ImageFitSettings
from attrimeter.legible import whole_characters
from attrimeter.metrics import constant_order
from attrimeter.metrics.distances import distance_quantiles
from attrimeter.schemas import AttributeSchema
from attrimeter.storage import lock_folder
from attrimeter.targets import Target
from attrimeter.values import ImageSet
from attrimeter.workflows.opening import remember_target

Array = np.ndarray[Any, np.dtype[Any]]


def fit_interpreter(
    target: Target,
    images: ImageSet,
    schema: AttributeSchema,
    *,
    out: str | os.PathLike[str],
    target_path: str | os.PathLike[str],
    data_name: str = "data",
    settings: ImageFitSettings | None = None,
    build: InterpreterSettings | None = None,
    cache: str | os.PathLike[str] | None = None,
    resume: bool = False,
    listener: FitListener | None = None,
) -> Interpreter:
    """Fit an interpreter for ``target`` and keep it in the folder ``out``.

    After every epoch the folder holds a usable interpreter (the best epoch so far), the loss history as
    ``history.json`` and ``losses.png``, and a checkpoint.

    Args:
        images: training images; those without any attribute label are left out.
        target_path: where the target's checkpoint is, remembered for explaining.
        resume: go on from the folder's checkpoint.

    Raises:
        DatasetError: no labelled images of two identities.
        SettingsError: nothing to resume, or a checkpoint that is damaged or of another run.
        FitError: the fit diverged.
        StorageError: the folder or the cache cannot be written, or another process writes the folder.
    """
    settings, build, listener = (
        settings or ImageFitSettings(),
        build or InterpreterSettings(),
        listener or FitListener(),
    )
    if resume:
        check_resumable(Path(out))
    labelled = keep_labelled(images, data_name)
    with lock_folder(out, "an interpreter is being fitted"):
        torch.manual_seed(settings.seed)
        interpreter = build_interpreter(target, schema, build)
        data = prepare_fit_data(
            labelled,
            target,
            schema,
            cache=cache_folder(cache),
            mirrored=settings.mirrored,
            with_parts=interpreter.form.is_partition,
            progress=listener.on_maps,
        )
        if listener.on_skipped is not None and data.skipped:
            listener.on_skipped(data.skipped)
        fit = ImageFit(interpreter, data, settings, checkpoint=Path(out) / CHECKPOINT)
        interpreter.facts = _facts(fit, data, target, target_path=Path(target_path), data_name=data_name)
        interpreter.baseline = fit_attribute_classifier(
            data.views[0].embeddings[torch.from_numpy(fit.fit_rows)].to(target.device),
            fit.labels[torch.from_numpy(fit.fit_rows).to(target.device)],
        )
        name = target.profile.name
        fit_into_folder(fit, Path(out), target_name=name, resume=resume, listener=listener)
    return interpreter


def _facts(
    fit: ImageFit, data: FitData, target: Target, *, target_path: Path, data_name: str
) -> dict[str, Any]:
    images = data.images.take(fit.fit_rows)
    embeddings = data.views[0].embeddings[torch.from_numpy(fit.fit_rows)]
    _, first = np.unique(images.identities, return_index=True)
    order = [finite(float(value)) for value in constant_order(images.labels[first])]
    return {
        "target": remember_target(target, target_path),
        "distances": distance_quantiles(embeddings, images.identities, metric=target.metric),
        "attributes": {
            "prevalence": [float(value) for value in label_prevalence(images.labels)],
            "differs": [0.0 if value is None else value for value in order],
        },
        "fit": {
            "data": whole_characters(data_name),
            "images": len(data.images),
            "identities": len(np.unique(data.images.identities)),
            "validation_identities": len(np.unique(data.images.identities[fit.validation_rows])),
            "epochs": fit.settings.epochs,
            "seed": fit.settings.seed,
        },
    }
