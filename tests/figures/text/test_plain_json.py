from __future__ import annotations

import json
import math

import numpy as np

from attrimeter.figures.text.plain_json import plain_json


def test_everything_becomes_json() -> None:
    value = {1: (0.5, math.nan, [math.inf, {"a": None}]), "b": np.float64(2.5), "c": True, "d": 3, "e": "x"}
    plain = plain_json(value)
    assert plain == {"1": [0.5, None, [None, {"a": None}]], "b": 2.5, "c": True, "d": 3, "e": "x"}
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
