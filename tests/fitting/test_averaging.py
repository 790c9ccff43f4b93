"""The running average of weights, against plain means."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from attrimeter.fitting.averaging import AVERAGED_STEPS, average_weights, drift


def test_at_first_it_is_the_mean_of_all_steps() -> None:
    network = nn.Linear(1, 1, bias=False)
    average = average_weights(network)
    values = [3.0, -1.0, 7.0, 2.0]
    for value in values:
        with torch.no_grad():
            network.weight.fill_(value)
        average.update_parameters(network)
    assert float(average.module.weight.detach()) == pytest.approx(sum(values) / len(values))  # type: ignore[union-attr]


def test_later_on_old_values_fade() -> None:
    zero, one = torch.zeros(1), torch.ones(1)
    assert float(drift(zero, one, 10 * AVERAGED_STEPS)) == pytest.approx(1 / AVERAGED_STEPS)
