"""What ``attrimeter fit`` was asked for, and carrying it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attrimeter.benchmarking.explainers.interpreters import RENDERED_GROUPS
from attrimeter.cli.fit_display import FitDisplay
from attrimeter.errors import SettingsError
from attrimeter.fitting.settings import CounterfactualSettings, FitSettings
from attrimeter.interpreter import COUNTERFACTUAL, FORM_NAMES, Interpreter, InterpreterSettings
from attrimeter.schemas import AttributeSchema
from attrimeter.synthesis.looks import STANDARD
from attrimeter.targets import Target
from attrimeter.values import PersonDataset
from attrimeter.workflows.counterfactual_fitting import HIDDEN, fit_counterfactual
from attrimeter.workflows.fitting import fit_interpreter
from attrimeter.workflows.opening import open_labelled
from attrimeter.workflows.trust_measuring import add_trust

Labelled = tuple[PersonDataset, AttributeSchema]
MAP_HIDDEN = 256


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
    settings: FitSettings | CounterfactualSettings

    def run(self, target: Target, data: Labelled | None, display: FitDisplay) -> None:
        """Fit, then measure the trust card, unless it is not wanted or the attributes are never rendered."""
        build = self._build()
        if isinstance(self.settings, CounterfactualSettings):
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
        """Mark and look of the edited persons, who the trust card is about as well."""
        edits = self.settings if isinstance(self.settings, CounterfactualSettings) else None
        return {"mark": edits.mark, "look": edits.look} if edits else {"mark": False, "look": STANDARD}

    def _build(self) -> InterpreterSettings:
        usual = HIDDEN if self.form == COUNTERFACTUAL else MAP_HIDDEN
        return InterpreterSettings(
            form=self.form, trunk=self.trunk, hidden=usual if self.hidden is None else self.hidden
        )

    def _fit_edits(
        self,
        target: Target,
        data: Labelled | None,
        display: FitDisplay,
        build: InterpreterSettings,
        settings: CounterfactualSettings,
    ) -> Interpreter:
        labelled: dict[str, Any] = {}
        if data is not None:
            labelled = {"schema": data[1], "images": data[0].train, "data_name": data[0].name}
        return fit_counterfactual(
            target,
            out=self.out,
            target_path=self.target_path,
            settings=settings,
            hidden=build.hidden,
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
        settings: FitSettings,
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
    epochs: int | None,
    pairs: int,
    batch_images: int,
    learning_rate: float | None,
    validation_share: float,
    flips: bool,
    mark: bool,
    look: str = STANDARD,
    shuffled: bool,
    seed: int,
) -> FitSettings | CounterfactualSettings:
    """The settings of a fit of that form, with the form's own values where None is given."""
    if form not in FORM_NAMES:
        raise SettingsError(f"There is no form {form!r}; choose from {', '.join(FORM_NAMES)}.")
    chosen: dict[str, Any] = {"seed": seed}
    if epochs is not None:
        chosen["epochs"] = epochs
    if learning_rate is not None:
        chosen["learning_rate"] = learning_rate
    if form == COUNTERFACTUAL:
        return CounterfactualSettings(
            pairs=pairs, mark=mark, look=look, shuffled=shuffled, mirrored=flips, **chosen
        )
    if look != STANDARD:
        raise SettingsError(
            f"--look is that of rendered edits, which the {form} form is not fitted on; leave it out."
        )
    return FitSettings(batch_images=batch_images, validation_share=validation_share, flips=flips, **chosen)


def labelled_data(
    data: Path | None,
    *,
    schema: str | None,
    layout: str | None,
    attributes: Path | None,
    cameras: Sequence[int] | None = None,
    strict: bool,
) -> Labelled | None:
    """The labelled data set at ``data``, or None where none is given."""
    if data is not None:
        return open_labelled(
            data, schema=schema, layout=layout, attributes=attributes, cameras=cameras, strict=strict
        )
    if cameras is not None:
        raise SettingsError("--cameras chooses images of a data set; name the data set after the target.")
    return None
