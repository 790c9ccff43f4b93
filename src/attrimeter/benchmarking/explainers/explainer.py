"""What the benchmark asks of an explainer, and how one explains pairs batch by batch, by the clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from attrimeter.arrays import Array
from attrimeter.errors import SettingsError
from attrimeter.values import Attribution, MeasuredPairs


@runtime_checkable
class Explainer(Protocol):
    """Says of every pair how much of its squared distance each attribute group carries.

    No explainer looks at ``truth`` or ``none`` of the pairs, and none but one that uses the labels at
    ``differs``. The distance itself, ``total``, is the target's own, and free to use.
    """

    @property
    def name(self) -> str:
        """What tables call it."""
        ...

    @property
    def uses_labels(self) -> bool:
        """Whether it uses the labels of which groups differ."""
        ...

    def explain(self, pairs: MeasuredPairs) -> Attribution:
        """Its attribution of the pairs; groups in the order of ``pairs.groups``."""
        ...


PAIRS_PER_BATCH = 64


@dataclass(frozen=True)
class ExplainedBatch:
    """What an explainer says of some of the pairs; the fields are those of ``Attribution``."""

    contributions: Float[Array, "n groups"]
    first_maps: Float[Array, "n groups h w"] | None = None
    second_maps: Float[Array, "n groups h w"] | None = None


def explain_in_batches(
    explainer: Explainer,
    pairs: MeasuredPairs,
    explain_rows: Callable[[MeasuredPairs, slice], ExplainedBatch],
    *,
    batch_size: int = PAIRS_PER_BATCH,
) -> Attribution:
    """The attribution that ``explain_rows`` makes of rows ``batch_size`` at a time, in the explainer's name.

    Raises:
        SettingsError: there are no pairs, so that nobody knows how large the maps would be.
    """
    if not len(pairs):
        raise SettingsError(f"There are no pairs for {explainer.name!r} to explain; measure at least one.")
    start = perf_counter()
    batches = [explain_rows(pairs, slice(row, row + batch_size)) for row in range(0, len(pairs), batch_size)]
    return Attribution(
        explainer=explainer.name,
        uses_labels=explainer.uses_labels,
        contributions=np.concatenate([batch.contributions for batch in batches]),
        first_maps=_join_maps([batch.first_maps for batch in batches]),
        second_maps=_join_maps([batch.second_maps for batch in batches]),
        seconds=(perf_counter() - start) / len(pairs),
    )


def _join_maps(maps: Sequence[Array | None]) -> Array | None:
    drawn = [batch for batch in maps if batch is not None]
    return np.concatenate(drawn) if drawn else None
