from __future__ import annotations

import pytest

from attrimeter.evaluation_mode import evaluation_mode
from targets.own_modules import SmallNet


def test_every_part_has_its_own_mode_again_also_after_an_error() -> None:
    net = SmallNet().train()
    net.layer4.eval()
    before = [part.training for part in net.modules()]
    with pytest.raises(ValueError, match="stop"), evaluation_mode(net):
        assert not any(part.training for part in net.modules())
        raise ValueError("stop")
    assert [part.training for part in net.modules()] == before
