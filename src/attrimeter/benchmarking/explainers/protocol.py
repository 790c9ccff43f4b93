"""What the benchmark asks of an explainer."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

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
