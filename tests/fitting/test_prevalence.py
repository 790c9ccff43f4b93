"""How frequent attributes are."""

from __future__ import annotations

import numpy as np

from attrimeter.fitting.prevalence import label_prevalence


def test_unknown_labels_do_not_count() -> None:
    labels = np.array([[1, 0, -1], [1, -1, -1], [0, 1, -1], [1, 1, -1]], dtype=np.int8)
    assert np.allclose(label_prevalence(labels).numpy(), [0.75, 2 / 3, 0.5])
