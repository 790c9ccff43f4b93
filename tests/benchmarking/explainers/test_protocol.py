"""Every explainer keeps to the protocol."""

from __future__ import annotations

from attrimeter.benchmarking.explainers.label_only import LabelOnly
from attrimeter.benchmarking.explainers.protocol import Explainer


def test_an_explainer_has_a_name_says_what_it_was_told_and_explains() -> None:
    class Nameless:
        uses_labels = True

        def explain(self, pairs: object) -> None: ...

    assert isinstance(LabelOnly(), Explainer)
    assert not isinstance(Nameless(), Explainer)
