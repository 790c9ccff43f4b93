from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from attrimeter.benchmarking.explainers import Explainer, MeasuredAgain
from attrimeter.errors import SettingsError
from attrimeter.values import MeasuredPairs


def test_its_account_is_the_second_truth(pairs: MeasuredPairs) -> None:
    again = replace(pairs, truth=np.where(pairs.differs, 3.0, 0.0), total=pairs.total * 2)
    explainer = MeasuredAgain(again)
    assert isinstance(explainer, Explainer)
    attribution = explainer.explain(pairs)
    np.testing.assert_array_equal(attribution.contributions, again.truth)
    assert attribution.uses_labels and attribution.first_maps is None and math.isnan(attribution.seconds)


def test_other_pairs_are_refused(pairs: MeasuredPairs) -> None:
    for other in (pairs.take(np.arange(2)), replace(pairs, differs=~pairs.differs)):
        with pytest.raises(SettingsError, match="same kinds, seed and stream"):
            MeasuredAgain(other).explain(pairs)
