"""From a target to a counterfactual interpreter: rendered edits, and labelled images where there are any."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import torch

from attrimeter.caching.cached_maps import require_readable
from attrimeter.caching.edit_cache import FAMILY_PAIRS, EditCache, EditData
from attrimeter.caching.edit_measures import EditPairs
from attrimeter.caching.edit_renders import FAMILIES, EditRenders
from attrimeter.caching.folders import cache_folder
from attrimeter.caching.map_cache import MapCache
from attrimeter.errors import SettingsError
from attrimeter.fitting.attribute_classifier import fit_attribute_classifier
from attrimeter.fitting.edit_fit import EditFit
from attrimeter.fitting.fit_data import keep_labelled
from attrimeter.fitting.fit_folder import (
    CHECKPOINT,
    FitListener,
    check_resumable,
    finite,
    fit_into_folder,
)
from attrimeter.fitting.prevalence import label_prevalence
from attrimeter.fitting.real_evidence import RealEvidence
from attrimeter.interpreter import Interpreter, InterpreterSettings, build_interpreter
from attrimeter.interpreter.forms.fit_settings import EditFitSettings
from attrimeter.legible import whole_characters
from attrimeter.metrics import constant_order
from attrimeter.metrics.distances import distance_quantiles
from attrimeter.schemas import SCHEMAS, AttributeSchema
from attrimeter.storage import lock_folder
from attrimeter.synthesis.scenes import STANDARD
from attrimeter.targets import Target
from attrimeter.values import ImageSet
from attrimeter.workflows.opening import remember_target

Array = np.ndarray[Any, np.dtype[Any]]

HIDDEN = 160


def fit_counterfactual(
    target: Target,
    schema: AttributeSchema | None = None,
    *,
    out: str | os.PathLike[str],
    target_path: str | os.PathLike[str],
    images: ImageSet | None = None,
    data_name: str = "rendered edits",
    settings: EditFitSettings | None = None,
    hidden: int = HIDDEN,
    cache: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    resume: bool = False,
    listener: FitListener | None = None,
) -> Interpreter:
    """Fit a counterfactual interpreter for ``target`` and keep it in the folder ``out``.

    Persons are rendered and edited until there are as many pairs as the settings ask for, the target
    measures them, and the network learns to predict what it measured. Rendered and measured edits are kept
    in the cache. Labelled real images, where given, teach it their attribute states besides. What the folder
    holds is as after :func:`attrimeter.workflows.fitting.fit_interpreter`.

    Args:
        schema: must be the one that rendered persons are labelled by, Market-1501's; None takes it.
        images: labelled real images, or None.
        workers: processes that render; as many as there are cores by default.
        resume: go on from the folder's checkpoint.

    Raises:
        SettingsError: another schema, nothing to resume, or a checkpoint that is damaged or of another run.
        FitError: the fit diverged.
        StorageError: the folder or the cache cannot be written, or another process writes the folder.
    """
    settings, listener = settings or EditFitSettings(), listener or FitListener()
    schema = _check_schema(schema)
    if resume:
        check_resumable(Path(out))
    place = cache_folder(cache)
    with lock_folder(out, "an interpreter is being fitted"):
        edits, shards = _plan_edits(target, schema, settings, place)
        real = None
        if images is not None:
            later = edits.size_of(shards, mirrored=settings.mirrored)
            real = _read_real(images, target, place, data_name, listener, beside=later)
        data = edits.fill(shards, mirrored=settings.mirrored, workers=workers, progress=listener.on_maps)
        torch.manual_seed(settings.seed)
        build = InterpreterSettings(form="counterfactual", hidden=hidden)
        interpreter = build_interpreter(target, schema, build)
        fit = EditFit(interpreter, data, settings, real=real, checkpoint=Path(out) / CHECKPOINT)
        shown = _shown_persons(data) if real is None else _real_persons(real)
        interpreter.facts = _facts(fit, target, shown, target_path=Path(target_path), data_name=data_name)
        interpreter.baseline = fit_attribute_classifier(
            shown[0].to(target.device), torch.from_numpy(shown[1]).to(target.device)
        )
        name = target.profile.name
        fit_into_folder(fit, Path(out), target_name=name, resume=resume, listener=listener)
    return interpreter


def _check_schema(schema: AttributeSchema | None) -> AttributeSchema:
    known = SCHEMAS["market1501"]
    if schema is not None and schema.names != known.names:
        raise SettingsError(
            f"The counterfactual form edits rendered persons, who are labelled by schema {known.name!r}; "
            f"the data follow {schema.name!r}. Fit the exact or the distilled form, or leave out the data."
        )
    return known


def _plan_edits(
    target: Target, schema: AttributeSchema, settings: EditFitSettings, cache: Path
) -> tuple[EditCache, int]:
    """The measured edits of the target, and how many shards the settings ask for."""
    renders = EditRenders(
        cache,
        seed=settings.edit_seed,
        mark=settings.mark,
        scene=settings.scene,
        families=FAMILIES,
    )
    shards = -(-settings.pairs // (FAMILY_PAIRS * FAMILIES))
    return EditCache(cache, target, schema, renders), shards


def _read_real(
    images: ImageSet, target: Target, cache: Path, data_name: str, listener: FitListener, *, beside: float
) -> RealEvidence:
    labelled = keep_labelled(images, data_name)
    maps = MapCache(cache, target).fill(labelled.paths, beside=beside, progress=listener.on_maps)
    if listener.on_skipped is not None and maps.skipped:
        listener.on_skipped(maps.skipped)
    require_readable(len(labelled), maps)
    return RealEvidence(labelled.take(maps.kept), maps)


def _shown_persons(data: EditData) -> tuple[torch.Tensor, Array, Array]:
    """Embeddings, labels and identities of the rendered persons; an edited one is a person of their own."""
    pictures = np.arange(int(data.starts[-1]))
    labels = data.gather(pictures, "labels").numpy()
    pairs = data.pairs
    same = ~pairs.differs.any(axis=1)
    identities = pictures.copy()
    identities[pairs.second[same]] = identities[pairs.first[same]]
    return data.gather(pictures, "embeddings"), labels, identities


def _real_persons(real: RealEvidence) -> tuple[torch.Tensor, Array, Array]:
    return real.maps.embeddings, real.images.labels, real.images.identities


def _facts(
    fit: EditFit,
    target: Target,
    shown: tuple[torch.Tensor, Array, Array],
    *,
    target_path: Path,
    data_name: str,
) -> dict[str, Any]:
    embeddings, labels, identities = shown
    _, first = np.unique(identities, return_index=True)
    order = [finite(float(value)) for value in constant_order(labels[first][:3000])]
    pairs = fit.data.pairs
    return {
        "target": remember_target(target, target_path),
        "distances": distance_quantiles(embeddings, identities, metric=target.metric),
        "attributes": {
            "prevalence": [float(value) for value in label_prevalence(labels)],
            "differs": [0.0 if value is None else value for value in order],
        },
        "true_shares": mean_shares(pairs),
        "fit": {
            "data": whole_characters(data_name),
            "pairs": int(pairs.differs.any(axis=1).sum()),
            "families": len(np.unique(pairs.families)),
            "real_images": 0 if fit.real is None else len(fit.real),
            "epochs": fit.settings.epochs,
            "seed": fit.settings.seed,
            **({} if fit.settings.scene == STANDARD else {"scene": fit.settings.scene}),
        },
    }


def mean_shares(pairs: EditPairs) -> list[float]:
    """Mean true share of the squared distance of each group, over the pairs in which it differs; else 0.

    Pairs within one view, which have no *other*, are left out.
    """
    shares = pairs.truth / np.maximum(pairs.total, 1e-9)[:, None]
    differs = pairs.differs & (pairs.none > 0)[:, None]
    return [float(v) for v in (shares * differs).sum(axis=0) / np.maximum(differs.sum(axis=0), 1)]
