"""An interpreter as one of the explainers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from attrimeter.arrays import Array
from attrimeter.benchmarking.explainers.explainer import ExplainedBatch, explain_in_batches
from attrimeter.benchmarking.squared import squared_contributions
from attrimeter.errors import InterpreterError
from attrimeter.interpreter import ImageReading, Interpreter
from attrimeter.schemas import SCHEMAS
from attrimeter.values import Attribution, MeasuredPairs

RENDERED_GROUPS = tuple(SCHEMAS["market1501"].groups)
"""The groups that rendered persons differ in."""

EMBEDDING_TOLERANCE = 1e-3
"""How far a distance may be from the measured one, relative to the length of an embedding."""


class InterpreterExplainer:
    """The ledger of an interpreter, group by group.

    Args:
        interpreter: of any form, fitted, with the target that the pairs were measured on.
        name: in tables; the name of its form if None.
        differing_only: it uses the labels, and what its ledger books under groups that do not differ is
            left out (which moves it to *other*). Such an attribution has no maps of its own.
        allow_other_target: explain the distances of the interpreter's own target although the pairs were
            measured on another one, which must score badly. To read another target with an interpreter's
            network, see ``transplant``.
    """

    def __init__(
        self,
        interpreter: Interpreter,
        name: str | None = None,
        *,
        differing_only: bool = False,
        allow_other_target: bool = False,
    ) -> None:
        self.name = (name or interpreter.form.name) + (", differing groups only" if differing_only else "")
        self.uses_labels = differing_only
        self._interpreter = interpreter
        self._allow_other_target = allow_other_target

    def explain(self, pairs: MeasuredPairs) -> Attribution:
        """Sums of the contributions, and of the maps, of every group's attributes.

        Raises:
            InterpreterError: the pairs were measured on another target, or their groups are not among those
                of the interpreter's schema.
            LedgerError: the contributions do not add up.
        """
        self.check_fits(target_fingerprint=pairs.target_fingerprint, groups=pairs.groups)
        return explain_in_batches(self, pairs, self._explain_rows)

    def check_fits(self, *, target_fingerprint: str, groups: Sequence[str] = RENDERED_GROUPS) -> None:
        """Whether it can explain pairs of that target and those groups, before anybody measures them.

        Raises:
            InterpreterError: it belongs to another target, or its schema lacks one of the groups.
        """
        schema, own = self._interpreter.schema, self._interpreter.target.fingerprint
        unknown = [group for group in groups if group not in schema.groups]
        if unknown:
            raise InterpreterError(
                f"The interpreter {self.name!r} explains the attributes of schema {schema.name!r}, which has "
                f"no group {unknown[0]!r}; rendered persons are labelled by 'market1501', so fit one with "
                "that schema."
            )
        if not self._allow_other_target and target_fingerprint != own:
            raise InterpreterError(
                f"The interpreter {self.name!r} belongs to target {own[:12]}, but the pairs were measured on "
                f"{target_fingerprint[:12]}; measure them on the same target."
            )

    @torch.no_grad()
    def _explain_rows(self, pairs: MeasuredPairs, rows: slice) -> ExplainedBatch:
        first = self._interpreter.read_images(list(pairs.first[rows]))
        second = self._interpreter.read_images(list(pairs.second[rows]))
        if not self._allow_other_target:
            chords = (first.embeddings - second.embeddings).norm(dim=1)
            _check_distances(chords, pairs.total[rows], first)
        order = list(self._interpreter.schema.groups)
        columns = [order.index(group) for group in pairs.groups]
        contributions = squared_contributions(self._interpreter, first, second)[:, columns].cpu().numpy()
        if self.uses_labels:
            return ExplainedBatch(contributions * pairs.differs[rows])
        return ExplainedBatch(
            contributions=contributions,
            first_maps=self._sum_maps(first, pairs.groups),
            second_maps=self._sum_maps(second, pairs.groups),
        )

    def _sum_maps(self, reading: ImageReading, groups: tuple[str, ...]) -> Array:
        maps = reading.maps.float()
        members = [list(self._interpreter.schema.groups[group]) for group in groups]
        sums: Array = torch.stack([maps[:, index].sum(dim=1) for index in members], dim=1).cpu().numpy()
        return sums


def _check_distances(chords: Float[Tensor, " n"], total: Float[Array, " n"], reading: ImageReading) -> None:
    """Raises InterpreterError where the target's distance is not the one that was measured."""
    measured = torch.from_numpy(np.sqrt(total)).to(chords)
    miss = ((chords - measured).abs() / reading.embeddings.norm(dim=1).clamp(min=1e-12)).max()
    if not bool(miss <= EMBEDDING_TOLERANCE):
        raise InterpreterError(
            f"The target's distance of a pair is off the measured one by {float(miss):.1e} of the length of "
            "an embedding; measure the pairs again, with the same pictures."
        )
