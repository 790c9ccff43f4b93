"""Linear light."""

from __future__ import annotations

import numpy as np

from attrimeter.synthesis.drawing.linear import to_linear


def test_display_values_are_square_roots():
    np.testing.assert_allclose(255 * np.sqrt(to_linear((0, 100, 255))), [0, 100, 255], rtol=1e-6)
    assert to_linear((1, 2, 3)).dtype == np.float32
