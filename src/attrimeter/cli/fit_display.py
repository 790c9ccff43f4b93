"""What a person sees while an interpreter is fitted: bars, a line per epoch, where things are."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from attrimeter.cli.progress import progress_bars
from attrimeter.cli.stopping import GO_ON, START_AGAIN, told_when_stopped
from attrimeter.cli.terminal import tell
from attrimeter.fitting.epoch_fit import EpochReport
from attrimeter.fitting.fit_folder import FitListener
from attrimeter.interpreter import InterpreterSettings
from attrimeter.interpreter.forms.fit_settings import EditFitSettings
from attrimeter.schemas import AttributeSchema
from attrimeter.targets import Target
from attrimeter.values import PersonDataset, Skipped


class FitDisplay:
    """Shows a fit on the terminal; a context manager that owns the progress bars.

    Args:
        out: the interpreter's folder.
        builder: the "package.module:function" of the target, where it has one.
        resume: whether there is a checkpoint from the start.
    """

    def __init__(self, out: Path, *, builder: str | None = None, resume: bool = False) -> None:
        self.out, self.builder, self.can_go_on = out, builder, resume
        self.stack = ExitStack()

    def __enter__(self) -> Self:
        self.stack.enter_context(told_when_stopped(lambda: GO_ON if self.can_go_on else START_AGAIN))
        make = self.stack.enter_context(progress_bars())
        self.make_progress = make
        self.listener = FitListener(
            on_maps=make("measuring"),
            on_batch=make("fitting"),
            on_epoch=self._tell_epoch,
            on_skipped=tell_skipped,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stack.__exit__(kind, error, trace)

    def announce(self, target: Target, data: PersonDataset, build: InterpreterSettings) -> None:
        """Say what is fitted on what."""
        tell(
            f"Fitting the {build.form} form ({build.trunk} trunk) for {target.profile.name} on "
            f"{len(data.train)} images of {data.name}, by {target.metric} distance, on {target.device}.",
        )
        tell_skipped(data.skipped)

    def announce_edits(self, target: Target, data: PersonDataset | None, settings: EditFitSettings) -> None:
        """Say what is fitted on how many edits."""
        beside = "" if data is None else f" and {len(data.train)} images of {data.name}"
        tell(
            f"Fitting the counterfactual form for {target.profile.name} on {settings.pairs} rendered edit "
            f"pairs{beside}, by {target.metric} distance, on {target.device}.",
        )
        if data is not None:
            tell_skipped(data.skipped)

    def tell_unmeasured(self, schema: AttributeSchema) -> None:
        """Say that there is no trust card, and why."""
        tell(
            f"No trust card: rendered persons are not labelled by the attributes of schema {schema.name!r}, "
            "so that what these carry cannot be measured.",
        )

    def conclude(self) -> None:
        """Say where the interpreter is and what to do with it."""
        tell(f"The interpreter is in {self.out}; its loss curves are in {self.out / 'losses.png'}.")
        named = "" if self.builder is None else f" --target {self.builder}"
        tell(f"Next: attrimeter explain A.jpg B.jpg --interpreter {self.out}{named}")

    def _tell_epoch(self, report: EpochReport) -> None:
        self.can_go_on = True
        tell(epoch_line(report))


def epoch_line(report: EpochReport) -> str:
    """One line on an epoch: its losses, its scores on the held-out identities, and its time."""
    losses = "  ".join(f"{name} {value:.3f}" for name, value in report.train.items())
    names = {"ex_map_d": "Ex_mAP_d", "other": "other share", "gap": "gap"}
    scores = "  ".join(
        f"{names[k]} {value:.1f} %" if k in names else f"{k.replace('_', ' ')} {value:.3f}"
        for k, value in report.validation.items()
    )
    held_out = f"  | held out: {scores}" if scores else ""
    mark = "  (best so far)" if report.is_best else ""
    return f"epoch {report.epoch:>2}/{report.epochs}  {losses}{held_out}  {report.seconds:.0f} s{mark}"


def tell_skipped(skipped: tuple[Skipped, ...]) -> None:
    """Name the first files that could not be used, and count the rest."""
    for entry in skipped[:5]:
        tell(f"skipped {entry.path}: {entry.reason}")
    if len(skipped) > 5:
        tell(f"... and {len(skipped) - 5} more files.")
