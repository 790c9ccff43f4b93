"""Every explainer keeps to the protocol."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from attrimeter.benchmarking.explainers.explainer import ExplainedBatch, Explainer, explain_in_batches
from attrimeter.benchmarking.explainers.from_labels import LabelOnly
from attrimeter.errors import SettingsError
from attrimeter.values import MeasuredPairs


def test_an_explainer_has_a_name_says_what_it_was_told_and_explains() -> None:
    class Nameless:
        uses_labels = True

        def explain(self, pairs: object) -> None: ...

    assert isinstance(LabelOnly(), Explainer)
    assert not isinstance(Nameless(), Explainer)


def total_on_every_group(pairs: MeasuredPairs, rows: slice) -> ExplainedBatch:
    contributions = np.repeat(pairs.total[rows, None], len(pairs.groups), axis=1)
    return ExplainedBatch(contributions, contributions[:, :, None, None], -contributions[:, :, None, None])


@pytest.mark.parametrize("batch_size", [1, 3, 4, 9])
def test_batches_are_joined_in_order(pairs: MeasuredPairs, batch_size: int) -> None:
    attribution = explain_in_batches(LabelOnly(), pairs, total_on_every_group, batch_size=batch_size)
    expected = np.repeat(pairs.total[:, None], len(pairs.groups), axis=1)
    assert attribution.contributions.tolist() == expected.tolist()
    assert attribution.first_maps is not None and attribution.second_maps is not None
    assert attribution.first_maps[:, :, 0, 0].tolist() == expected.tolist()
    assert attribution.second_maps[:, :, 0, 0].tolist() == (-expected).tolist()
    assert attribution.explainer == "label-only" and attribution.uses_labels and attribution.seconds > 0


def test_an_explainer_without_maps_has_none(pairs: MeasuredPairs) -> None:
    attribution = explain_in_batches(
        LabelOnly(), pairs, lambda pairs, rows: ExplainedBatch(pairs.differs[rows] * 1.0), batch_size=3
    )
    assert attribution.first_maps is None and attribution.second_maps is None
    assert attribution.contributions.tolist() == pairs.differs.tolist()


def test_no_pairs_are_refused(pairs: MeasuredPairs) -> None:
    empty = replace(
        pairs,
        **{
            name: getattr(pairs, name)[:0]
            for name in ("first", "second", "first_masks", "second_masks", "differs", "truth", "none")
        },
        total=pairs.total[:0],
        kinds=pairs.kinds[:0],
        identities=pairs.identities[:0],
    )
    with pytest.raises(SettingsError, match="no pairs for 'label-only'"):
        explain_in_batches(LabelOnly(), empty, total_on_every_group)
