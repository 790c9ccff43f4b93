"""From a target to an interpreter folder: on rendered edits, on labelled images, or on both."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from attrimeter.benchmarking.explainers.interpreters import RENDERED_GROUPS
from attrimeter.benchmarking.trust_measuring import add_trust
from attrimeter.caching.folders import cache_folder
from attrimeter.datasets.understanding import say_understood
from attrimeter.errors import DatasetError, SettingsError
from attrimeter.fitting.epoch_report import EpochReport
from attrimeter.fitting.facts import learn_facts
from attrimeter.fitting.fit_folder import CHECKPOINT, check_resumable, fit_into_folder
from attrimeter.fitting.preparing import FitPlace, note_skipped, prepare_fit, schema_of_fit
from attrimeter.fitting.settings import choose_settings
from attrimeter.interpreter import (
    DEFAULT_FORM,
    Interpreter,
    InterpreterSettings,
    build_interpreter,
    find_form,
)
from attrimeter.interpreter.forms.fit_settings import EditFitSettings, FitSettings
from attrimeter.progress import StepProgress, silent
from attrimeter.schemas import AttributeSchema
from attrimeter.storage import lock_folder
from attrimeter.synthesis.scenes import STANDARD
from attrimeter.targets import Target
from attrimeter.values import PersonDataset
from attrimeter.workflows.opening import open_dataset, open_target, remember_target

_LOG = logging.getLogger(__name__)


def fit(
    target: Target | str | os.PathLike[str],
    data: PersonDataset | str | os.PathLike[str] | None = None,
    *,
    out: str | os.PathLike[str],
    form: str = DEFAULT_FORM,
    trunk: str = "frozen",
    hidden: int | None = None,
    epochs: int | None = None,
    pairs: int | None = None,
    batch_images: int | None = None,
    learning_rate: float | None = None,
    validation_share: float | None = None,
    mirrored: bool = True,
    mark: bool = False,
    scene: str = STANDARD,
    shuffled: bool = False,
    trust: bool = True,
    seed: int = 0,
    weights: str | os.PathLike[str] | None = None,
    profile: str | None = None,
    metric: str | None = None,
    last_stride: int | None = None,
    input_size: tuple[int, int] | None = None,
    schema: str | os.PathLike[str] | AttributeSchema | None = None,
    attributes: str | os.PathLike[str] | None = None,
    layout: str | None = None,
    cameras: Sequence[int] | None = None,
    allow_unlabelled: bool = False,
    cache: str | os.PathLike[str] | None = None,
    device: str = "auto",
    workers: int = 0,
    resume: bool = False,
    settings: FitSettings | None = None,
    progress: StepProgress | None = None,
    on_epoch: Callable[[EpochReport], None] | None = None,
) -> Interpreter:
    """Fit an interpreter for a frozen target and keep it in the folder ``out``.

    A form that is fitted on rendered edits (the default one) needs no data: persons are rendered and edited,
    the target measures what each edit does, and the network learns to predict it; labelled images, where
    given, also teach it their attribute states. Other forms are fitted on labelled images. After every
    epoch the folder holds a usable interpreter (the best epoch so far), the loss history as ``history.json``
    and ``losses.png``, and a checkpoint. What is fitted on what, how long it takes, how much disk it needs
    and how each epoch went is noted in the log ``attrimeter``.

    Args:
        target: open, or what :func:`attrimeter.open_target` opens.
        data: a labelled data set, of which the training images are used: open, or where it is.
        out: the folder to write, which an earlier fit may have made.
        form: a name of :data:`attrimeter.interpreter.FORMS`.
        trunk: "frozen" reads the target's maps as they are, "own" copies its deep layers; not in every form.
        hidden: channels of the hidden map; None, here and in the next five, takes the form's own number.
        epochs: passes over the data.
        pairs: rendered edit pairs to measure.
        batch_images: labelled images in a step.
        learning_rate: the highest.
        validation_share: of the identities, or of the edited persons, held out to choose the epoch.
        mirrored: also fit on mirrored pictures.
        mark: edit persons with an identity mark on the backpack (planted targets only).
        scene: of the edited persons and their views.
        shuffled: a sanity check: assign the true contributions to random groups.
        trust: measure a trust card on rendered pairs at the end.
        seed: of everything random.
        weights, profile, metric, last_stride, input_size, device: as for :func:`attrimeter.open_target`.
        schema, attributes, layout, cameras: as for :func:`attrimeter.open_dataset`.
        allow_unlabelled: leave out identities that the attribute file misses, instead of stopping.
        cache: folder of maps and of measured edits; None takes the user's own.
        workers: processes that render; 0 takes one for every core. The result is the same.
        resume: go on from the folder's checkpoint.
        settings: in place of the form's own; they also have what has no argument here.
        progress: called with the name of every step, and how far it is.
        on_epoch: called with the report of each epoch, once it is on disk.

    Returns:
        The interpreter of the best epoch.

    Raises:
        SettingsError: no such form or trunk, a number out of its range, an option of another form or of data
            where there are none; nothing to resume, or a checkpoint that is damaged or of another run.
        CheckpointError: the target cannot be opened.
        LedgerError: a form that this target does not allow.
        DatasetError: no data set there, or no labelled images of two identities.
        FitError: the fit diverged.
        StorageError: the folder or the cache cannot be written, or another process writes the folder.
    """
    chosen = choose_settings(
        find_form(form), trunk=trunk, settings=settings, epochs=epochs, pairs=pairs,
        batch_images=batch_images, learning_rate=learning_rate, validation_share=validation_share,
        mirrored=mirrored, mark=mark, scene=scene, shuffled=shuffled, seed=seed,
    )  # fmt: skip
    build = InterpreterSettings(form=form, trunk=trunk, hidden=hidden)
    if resume:
        check_resumable(Path(out))
    dataset = open_labelled(
        data,
        schema=schema,
        layout=layout,
        attributes=attributes,
        cameras=cameras,
        strict=not allow_unlabelled,
    )
    known = schema_of_fit(find_form(form), dataset)
    if not isinstance(target, Target):
        target = open_target(
            target, weights=weights, profile=profile, metric=metric, last_stride=last_stride,
            input_size=input_size, device=device,
        )  # fmt: skip
    if dataset is not None:
        say_understood(dataset)
    place = FitPlace(
        Path(out), Path(out) / CHECKPOINT, cache_folder(cache), workers or None, progress or silent
    )
    with lock_folder(out, "an interpreter is being fitted"):
        _announce(target, dataset, build, chosen)
        torch.manual_seed(chosen.seed)
        interpreter = build_interpreter(target, known, build)
        prepared = prepare_fit(interpreter, target, dataset, chosen, place)
        name = "rendered edits" if dataset is None else dataset.name
        learn_facts(prepared, target=remember_target(target), data_name=name)
        fit_into_folder(
            prepared, place.out, target_name=target.profile.name, resume=resume,
            on_batch=place.progress("fitting"), on_epoch=on_epoch,
        )  # fmt: skip
        if trust:
            _add_trust(interpreter, target, chosen, place)
    return interpreter


def open_labelled(
    data: PersonDataset | str | os.PathLike[str] | None,
    *,
    schema: str | os.PathLike[str] | AttributeSchema | None = None,
    layout: str | None = None,
    attributes: str | os.PathLike[str] | None = None,
    cameras: Sequence[int] | None = None,
    strict: bool,
) -> PersonDataset | None:
    """A data set with attribute labels, or None where none is given; the options are those of open_dataset.

    Raises:
        DatasetError: no data set there, no attribute labels, or no such camera.
        SchemaError: no such schema.
        SettingsError: options without a data set.
    """
    if data is not None:
        dataset = open_dataset(
            data, schema=schema, layout=layout, attributes=attributes, cameras=cameras, strict=strict
        )
        if dataset.schema is None:
            raise DatasetError(
                f"{dataset.root} has no attribute labels. Give the attribute file with --attributes, or a "
                "schema whose attributes are columns of the CSV with --schema."
            )
        return dataset
    given = {"--schema": schema, "--layout": layout, "--attributes": attributes, "--cameras": cameras}
    for option, value in {**given, "--allow-unlabelled": not strict or None}.items():
        if value is not None:
            raise SettingsError(
                f"{option} is about a data set, and none is named after the target; name it, or leave it out."
            )
    return None


def _announce(
    target: Target, data: PersonDataset | None, build: InterpreterSettings, settings: FitSettings
) -> None:
    """Say what is fitted on what."""
    images = [] if data is None else [f"{len(data.train)} images of {data.name}"]
    edits = [f"{settings.pairs} rendered edit pairs"] if isinstance(settings, EditFitSettings) else []
    trunk = f" ({build.trunk} trunk)" if len(build.find_form().trunks) > 1 else ""
    _LOG.info(
        f"Fitting the {build.form} form{trunk} for {target.profile.name} on {' and '.join(edits + images)}, "
        f"by {target.metric} distance, on {target.device}."
    )
    if data is not None:
        note_skipped(data.skipped)


def _add_trust(interpreter: Interpreter, target: Target, settings: FitSettings, place: FitPlace) -> None:
    """Measure the trust card, about the same persons as the fit, where the attributes are rendered at all."""
    if not set(RENDERED_GROUPS) <= set(interpreter.schema.groups):
        _LOG.info(
            f"No trust card: rendered persons are not labelled by the attributes of schema "
            f"{interpreter.schema.name!r}, so that what these carry cannot be measured."
        )
        return
    shown = {name: getattr(settings, name) for name in ("mark", "scene") if hasattr(settings, name)}
    add_trust(
        place.out,
        target,
        interpreter,
        cache=place.cache,
        workers=place.workers,
        progress=place.progress,
        **shown,
    )
