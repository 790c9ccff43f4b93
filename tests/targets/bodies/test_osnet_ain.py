from __future__ import annotations

import pytest
import torch

from attrimeter.targets.bodies.osnet_ain import CHANNELS, build_osnet_ain
from targets.plain_osnet import osnet_shapes, plain_osnet
from targets.plain_resnet import in_double, random_weights


@pytest.mark.parametrize("width", ["x0_25", "x0_5"])
def test_the_body_follows_the_paper_layer_by_layer(width: str) -> None:
    weights = in_double(random_weights(osnet_shapes(width, kind="osnet_ain")))
    backbone = build_osnet_ain(f"osnet_ain_{width}").double().eval()
    backbone.load_state_dict(weights)
    images = torch.randn(2, 3, 64, 32, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        shallow, last = plain_osnet(images, weights, kind="osnet_ain")
        assert torch.allclose(backbone.shallow(images), shallow, rtol=1e-9, atol=1e-9)
        assert torch.allclose(backbone(images), last, rtol=1e-9, atol=1e-9)
    assert last.std() > 0.01


@pytest.mark.parametrize(("width", "millions"), [("x0_25", 0.135), ("x1_0", 1.90)])
def test_size_of_the_body(width: str, millions: float) -> None:
    backbone = build_osnet_ain(f"osnet_ain_{width}")
    counted = sum(parameter.numel() for parameter in backbone.parameters())
    assert counted / 1e6 == pytest.approx(millions, rel=0.02)
    assert backbone.channels == CHANNELS[f"osnet_ain_{width}"][3]
    assert backbone(torch.zeros(1, 3, 256, 128)).shape[2:] == (16, 8)


def test_the_deep_copy_trains_on_its_own() -> None:
    torch.manual_seed(0)
    backbone = build_osnet_ain("osnet_ain_x0_25").eval()
    before = {name: tensor.clone() for name, tensor in backbone.state_dict().items()}
    deep = backbone.copy_deep_layers().train()
    shallow = torch.randn(2, backbone.shallow_channels, 4, 2)
    deep(shallow).square().mean().backward()
    torch.optim.SGD(deep.parameters(), lr=0.1).step()
    assert not torch.equal(deep.state_dict()["conv4.0.IN.weight"], before["conv4.0.IN.weight"])
    assert all(torch.equal(tensor, before[name]) for name, tensor in backbone.state_dict().items())
