"""What ``attrimeter fit`` was asked for, and carrying it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attrimeter.benchmarking.explainers.interpreters import RENDERED_GROUPS
from attrimeter.benchmarking.trust_measuring import add_trust
from attrimeter.cli.fit_display import FitDisplay
from attrimeter.cli.options import refuse_given
from attrimeter.errors import SettingsError
from attrimeter.interpreter import TRUNKS, Interpreter, InterpreterSettings, find_form
from attrimeter.interpreter.forms.fit_settings import EditFitSettings, ImageFitSettings
from attrimeter.schemas import AttributeSchema
from attrimeter.synthesis.scenes import STANDARD, find_scene
from attrimeter.targets import Target
from attrimeter.values import PersonDataset
from attrimeter.workflows.counterfactual_fitting import HIDDEN, fit_counterfactual
from attrimeter.workflows.fitting import fit_interpreter
from attrimeter.workflows.opening import open_labelled

Labelled = tuple[PersonDataset, AttributeSchema]
FROZEN = "frozen"


@dataclass(frozen=True)
class FitPlan:
    """Everything but the target and the data: where the interpreter goes, and how it is fitted."""

    out: Path
    target_path: Path
    form: str
    trunk: str
    hidden: int | None
    cache: Path | None
    resume: bool
    trust: bool
    settings: ImageFitSettings | EditFitSettings

    def run(self, target: Target, data: Labelled | None, display: FitDisplay) -> None:
        """Fit, then measure the trust card, unless it is not wanted or the attributes are never rendered."""
        build = self._build()
        if isinstance(self.settings, EditFitSettings):
            display.announce_edits(target, data[0] if data else None, self.settings)
            interpreter = self._fit_edits(target, data, display, build, self.settings)
        else:
            if data is None:
                raise SettingsError(
                    f"The {self.form} form is fitted on labelled images: name the data set after the target."
                )
            display.announce(target, data[0], build)
            interpreter = self._fit_maps(target, data, display, build, self.settings)
        if not self.trust:
            return
        if not set(RENDERED_GROUPS) <= set(interpreter.schema.groups):
            display.tell_unmeasured(interpreter.schema)
            return
        add_trust(
            self.out,
            target,
            interpreter,
            cache=self.cache,
            progress=display.make_progress,
            **self._shown(),
        )

    def _shown(self) -> dict[str, Any]:
        """Mark and scene of the edited persons, who the trust card is about as well."""
        edits = self.settings if isinstance(self.settings, EditFitSettings) else None
        return {"mark": edits.mark, "scene": edits.scene} if edits else {"mark": False, "scene": STANDARD}

    def _build(self) -> InterpreterSettings:
        return InterpreterSettings(form=self.form, trunk=self.trunk, hidden=self.hidden)

    def _fit_edits(
        self,
        target: Target,
        data: Labelled | None,
        display: FitDisplay,
        build: InterpreterSettings,
        settings: EditFitSettings,
    ) -> Interpreter:
        labelled: dict[str, Any] = {}
        if data is not None:
            labelled = {"schema": data[1], "images": data[0].train, "data_name": data[0].name}
        return fit_counterfactual(
            target,
            out=self.out,
            target_path=self.target_path,
            settings=settings,
            hidden=build.hidden or HIDDEN,
            cache=self.cache,
            resume=self.resume,
            listener=display.listener,
            **labelled,
        )

    def _fit_maps(
        self,
        target: Target,
        data: Labelled,
        display: FitDisplay,
        build: InterpreterSettings,
        settings: ImageFitSettings,
    ) -> Interpreter:
        dataset, schema = data
        return fit_interpreter(
            target,
            dataset.train,
            schema,
            out=self.out,
            target_path=self.target_path,
            data_name=dataset.name,
            settings=settings,
            build=build,
            cache=self.cache,
            resume=self.resume,
            listener=display.listener,
        )


def settings_of(
    form: str,
    *,
    trunk: str = FROZEN,
    epochs: int | None,
    pairs: int | None,
    batch_images: int | None,
    learning_rate: float | None,
    validation_share: float | None,
    mirrored: bool,
    mark: bool,
    scene: str = STANDARD,
    shuffled: bool,
    seed: int,
) -> ImageFitSettings | EditFitSettings:
    """The settings of a fit of that form, with the form's own values where None is given.

    Raises:
        SettingsError: no such form or trunk, a number out of its range, or an option of another form.
    """
    of_edits = {"--pairs": pairs, "--mark": mark, "--shuffled": shuffled, "--scene": scene != STANDARD}
    of_maps = {"--trunk": trunk != FROZEN, "--batch-images": batch_images}
    find_scene(scene)
    on_edits = find_form(form).fitted_on == "rendered edits"
    if trunk not in TRUNKS:
        InterpreterSettings(form=form, trunk=trunk)
    if on_edits:
        refuse_given(
            of_maps,
            f"is for the exact and the distilled form, and this is the {form} one; choose another --form",
        )
    else:
        refuse_given(
            of_edits,
            f"is about rendered edits, which the {form} form is not fitted on; choose another --form",
        )
    given = {
        "epochs": epochs,
        "pairs": pairs,
        "batch_images": batch_images,
        "learning_rate": learning_rate,
        "validation_share": validation_share,
    }
    chosen: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if on_edits:
        return EditFitSettings(
            mark=mark, scene=scene, shuffled=shuffled, mirrored=mirrored, seed=seed, **chosen
        )
    return ImageFitSettings(mirrored=mirrored, seed=seed, **chosen)


def labelled_data(
    data: Path | None,
    *,
    schema: str | None,
    layout: str | None,
    attributes: Path | None,
    cameras: Sequence[int] | None = None,
    strict: bool,
) -> Labelled | None:
    """The labelled data set at ``data``, or None where none is given.

    Raises:
        SettingsError: options of a data set without one.
        DatasetError, SchemaError: as :func:`attrimeter.workflows.opening.open_labelled`.
    """
    if data is not None:
        return open_labelled(
            data, schema=schema, layout=layout, attributes=attributes, cameras=cameras, strict=strict
        )
    given = {"--schema": schema, "--layout": layout, "--attributes": attributes, "--cameras": cameras}
    refuse_given(
        {**given, "--allow-unlabelled": not strict},
        "is about a data set, and none is named after the target; name it",
    )
    return None
