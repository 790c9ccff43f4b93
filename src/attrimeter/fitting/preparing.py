"""What each kind of fit reads, made ready: maps of labelled images, measured edits of rendered persons."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attrimeter.caching.cached_maps import require_readable
from attrimeter.caching.edit_cache import FAMILY_PAIRS, EditCache
from attrimeter.caching.edit_renders import FAMILIES, EditRenders
from attrimeter.caching.map_cache import MapCache
from attrimeter.errors import SettingsError
from attrimeter.fitting.edit_fit import EditFit
from attrimeter.fitting.epoch_fit import EpochFit
from attrimeter.fitting.fit_data import keep_labelled, prepare_fit_data
from attrimeter.fitting.image_fit import ImageFit
from attrimeter.fitting.real_evidence import RealEvidence
from attrimeter.interpreter import Interpreter, name_forms
from attrimeter.interpreter.forms.fit_settings import EditFitSettings, FitSettings, ImageFitSettings
from attrimeter.interpreter.forms.form import Form
from attrimeter.progress import StepProgress, silent
from attrimeter.schemas import SCHEMAS, AttributeSchema
from attrimeter.targets import Target
from attrimeter.values import PersonDataset, Skipped

RENDERED = SCHEMAS["market1501"]
"""The schema that rendered persons are labelled by."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class FitPlace:
    """Where a fit keeps what it makes, and who is told.

    Attributes:
        out: the interpreter's folder.
        checkpoint: the file in it that every epoch replaces.
        cache: folder of maps and measured edits.
        workers: processes that render; None takes all cores.
        progress: told the name of every step, and how far it is.
    """

    out: Path
    checkpoint: Path
    cache: Path
    workers: int | None = None
    progress: StepProgress = silent


def _is_fitted_on_images(form: Form) -> bool:
    return form.fitted_on == ImageFitSettings.FITTED_ON


def schema_of_fit(form: Form, data: PersonDataset | None) -> AttributeSchema:
    """The attributes that an interpreter of the form will know.

    Args:
        data: labelled, or None.

    Raises:
        SettingsError: no data for a form that is fitted on labelled images, or, for one that is fitted on
            rendered edits, data of another schema than rendered persons have.
    """
    own = None if data is None else data.schema
    if _is_fitted_on_images(form):
        if own is None:
            raise SettingsError(
                f"The {form.name} form is fitted on labelled images: name the data set after the target."
            )
        return own
    if own is not None and own.names != RENDERED.names:
        raise SettingsError(
            f"The {form.name} form edits rendered persons, who are labelled by schema {RENDERED.name!r}; "
            f"the data follow {own.name!r}. Fit {name_forms(_is_fitted_on_images)}, or leave out the data."
        )
    return RENDERED


def prepare_fit(
    interpreter: Interpreter,
    target: Target,
    data: PersonDataset | None,
    settings: FitSettings,
    place: FitPlace,
) -> EpochFit[Any]:
    """The fit of a fresh interpreter, with what it reads in the cache.

    Args:
        data: whose training images are read.

    Raises:
        DatasetError: no labelled images of two identities.
        StorageError: the cache cannot be written.
    """
    return _PREPARED[settings.FITTED_ON](interpreter, target, data, settings, place)


def _prepare_images(
    interpreter: Interpreter, target: Target, data: PersonDataset, settings: ImageFitSettings, place: FitPlace
) -> ImageFit:
    images = prepare_fit_data(
        keep_labelled(data.train, data.name),
        target,
        interpreter.schema,
        cache=place.cache,
        mirrored=settings.mirrored,
        with_parts=interpreter.form.is_partition,
        progress=place.progress("measuring"),
    )
    note_skipped(images.skipped)
    return ImageFit(interpreter, images, settings, checkpoint=place.checkpoint)


def _prepare_edits(
    interpreter: Interpreter,
    target: Target,
    data: PersonDataset | None,
    settings: EditFitSettings,
    place: FitPlace,
) -> EditFit:
    renders = EditRenders(
        place.cache,
        seed=settings.edit_seed,
        mark=settings.mark,
        scene=settings.scene,
        families=FAMILIES,
    )
    edits = EditCache(place.cache, target, interpreter.schema, renders)
    shards = -(-settings.pairs // (FAMILY_PAIRS * FAMILIES))
    progress, real = place.progress("measuring"), None
    if data is not None:
        labelled = keep_labelled(data.train, data.name)
        later = edits.size_of(shards, mirrored=settings.mirrored)
        maps = MapCache(place.cache, target).fill(labelled.paths, beside=later, progress=progress)
        note_skipped(maps.skipped)
        require_readable(len(labelled), maps)
        real = RealEvidence(labelled.take(maps.kept), maps)
    measured = edits.fill(shards, mirrored=settings.mirrored, workers=place.workers, progress=progress)
    return EditFit(interpreter, measured, settings, real=real, checkpoint=place.checkpoint)


_PREPARED: Mapping[str, Callable[..., EpochFit[Any]]] = {
    ImageFitSettings.FITTED_ON: _prepare_images,
    EditFitSettings.FITTED_ON: _prepare_edits,
}


def note_skipped(skipped: tuple[Skipped, ...]) -> None:
    """Name the first files that could not be used, and count the rest, in the log ``attrimeter``."""
    for entry in skipped[:5]:
        _LOG.info("skipped %s: %s", entry.path, entry.reason)
    if len(skipped) > 5:
        _LOG.info("... and %d more files.", len(skipped) - 5)
