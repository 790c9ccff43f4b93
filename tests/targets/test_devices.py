from __future__ import annotations

import pytest
import torch

from attrimeter.errors import SettingsError
from attrimeter.targets.devices import choose_device


def test_automatic_choice_is_cuda_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert choose_device("auto").type == "cpu"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert choose_device("auto").type == "cuda"


@pytest.mark.parametrize("name", ["gpu", "cuda:", "cuda:x", "cpu:0", "CPU", ""])
def test_unknown_names_are_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="cpu, cuda, cuda:<number> or auto"):
        choose_device(name)


def test_a_device_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    assert choose_device("cuda:0").index == 0
    with pytest.raises(SettingsError, match="not on this machine"):
        choose_device("cuda:1")
