"""What a person sees while an interpreter is fitted: bars, a line per epoch, where things are."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from attrimeter.cli.progress import ERRORS, progress_bars
from attrimeter.fitting.interpreter_fitting import EpochReport
from attrimeter.interpreter import InterpreterSettings
from attrimeter.targets import Target
from attrimeter.values import PersonDataset, Skipped
from attrimeter.workflows.fitting import FitListener


class FitDisplay:
    """Shows a fit on the terminal; a context manager that owns the progress bars."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.stack = ExitStack()

    def __enter__(self) -> Self:
        make = self.stack.enter_context(progress_bars())
        self.listener = FitListener(
            on_maps=make("target's maps"),
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
        self.stack.close()

    def announce(self, target: Target, data: PersonDataset, build: InterpreterSettings) -> None:
        """Say what is fitted on what."""
        ERRORS.print(
            f"Fitting the {build.form} form ({build.trunk} trunk) for {target.profile.name} on "
            f"{len(data.train)} images of {data.name}, by {target.metric} distance, on {target.device}."
        )
        tell_skipped(data.skipped)

    def conclude(self) -> None:
        """Say where the interpreter is and what to do with it."""
        ERRORS.print(f"The interpreter is in {self.out}; its loss curves are in {self.out / 'losses.png'}.")
        ERRORS.print(f"Next: attrimeter explain A.jpg B.jpg --interpreter {self.out}", highlight=False)

    def _tell_epoch(self, report: EpochReport) -> None:
        numbers = {**report.train, **{f"validation {k}": v for k, v in report.validation.items()}}
        told = "  ".join(f"{name} {value:.3f}" for name, value in numbers.items())
        mark = "  (best so far)" if report.is_best else ""
        ERRORS.print(
            f"epoch {report.epoch:>2}/{report.epochs}  {told}  {report.seconds:.0f} s{mark}", highlight=False
        )


def tell_skipped(skipped: tuple[Skipped, ...]) -> None:
    """Name the first files that could not be used, and count the rest."""
    for entry in skipped[:5]:
        ERRORS.print(f"skipped {entry.path}: {entry.reason}", highlight=False, markup=False)
    if len(skipped) > 5:
        ERRORS.print(f"... and {len(skipped) - 5} more files.", highlight=False)
