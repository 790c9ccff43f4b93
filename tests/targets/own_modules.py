"""Networks as users write them: small, and each with another way from the last map to the embedding."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

SIZE = (32, 16)
GRID = (4, 2)


class SmallNet(nn.Module):
    """Two layers, average pooling and a BNNeck; the ReLUs work in place."""

    def __init__(self, channels: int = 6) -> None:
        super().__init__()
        self.layer1 = nn.Sequential(nn.Conv2d(3, 4, 3, 4, 1), nn.BatchNorm2d(4), nn.ReLU(inplace=True))
        self.layer4 = nn.Sequential(nn.Conv2d(4, channels, 3, 2, 1), nn.BatchNorm2d(channels))
        self.relu = nn.ReLU(inplace=True)
        self.neck = nn.BatchNorm1d(channels)

    def forward(self, images: Tensor) -> Tensor:
        embedding: Tensor = self.finish(self.relu(self.layer4(self.layer1(images))))
        return embedding

    def finish(self, last_map: Tensor) -> Tensor:
        embedding: Tensor = self.neck(last_map.mean(dim=(2, 3)))
        return embedding


class GemNet(SmallNet):
    """Generalised mean with a learnt power, a gated Linear, and L2."""

    def __init__(self) -> None:
        super().__init__()
        self.gem = nn.Module()
        self.gem.p = nn.Parameter(torch.tensor([2.5]))
        self.neck = nn.Sequential(nn.Linear(6, 9), nn.BatchNorm1d(9), nn.ReLU(), nn.Dropout(0.5))  # type: ignore[assignment]

    def finish(self, last_map: Tensor) -> Tensor:
        power = self.gem.p
        pooled = last_map.clamp(min=1e-6).pow(power).mean(dim=(2, 3)).pow(1 / power)
        return normalize(self.neck(pooled))


class CrookedNet(SmallNet):
    """A head that is no sum over cells: two pooled vectors, multiplied."""

    def finish(self, last_map: Tensor) -> Tensor:
        embedding: Tensor = self.neck(last_map.mean(dim=(2, 3)) * last_map.amax(dim=(2, 3)).sigmoid())
        return embedding


class WrappedNet(SmallNet):
    """Gives its embedding among other things."""

    def __init__(self, wrap: Callable[[Tensor], object]) -> None:
        super().__init__()
        self.wrap = wrap

    def forward(self, images: Tensor) -> object:  # type: ignore[override]
        return self.wrap(super().forward(images))


class BypassedNet(SmallNet):
    """Part of the embedding comes from an earlier layer than the last map."""

    def forward(self, images: Tensor) -> Tensor:
        shallow = self.layer1(images)
        return self.finish(self.relu(self.layer4(shallow))) + shallow.mean(dim=(1, 2, 3))[:, None]


class TinyViT(nn.Module):
    """A transformer of two blocks that gives its class token."""

    def __init__(self, channels: int = 8) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, channels, 8, 8)
        self.token = nn.Parameter(torch.randn(1, 1, channels))
        self.places = nn.Parameter(torch.randn(1, 1 + GRID[0] * GRID[1], channels))
        self.blocks = nn.Sequential(*[TinyBlock(channels) for _ in range(2)])
        self.norm = nn.LayerNorm(channels)

    def forward(self, images: Tensor) -> Tensor:
        cells = self.patches(images).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.token.expand(images.shape[0], -1, -1), cells], dim=1) + self.places
        embedding: Tensor = self.norm(self.blocks(tokens))[:, 0]
        return embedding


class TinyBlock(nn.Module):
    """Attention and a multi-layer perceptron, each beside a residual path."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.before = nn.LayerNorm(channels)
        self.attend = nn.MultiheadAttention(channels, 2, batch_first=True)
        self.mix = nn.Sequential(
            nn.LayerNorm(channels), nn.Linear(channels, 16), nn.GELU(), nn.Linear(16, channels)
        )

    def forward(self, tokens: Tensor) -> Tensor:
        seen = self.before(tokens)
        tokens = tokens + self.attend(seen, seen, seen, need_weights=False)[0]
        mixed: Tensor = tokens + self.mix(tokens)
        return mixed


def filled(module: nn.Module, seed: int = 0) -> nn.Module:
    """The module with random weights and running statistics, in training mode."""
    generator = torch.Generator().manual_seed(seed)
    for name, value in module.state_dict().items():
        if name.endswith("running_var"):
            value.uniform_(0.5, 1.5, generator=generator)
        elif name.endswith(("running_mean", "bias")):
            value.normal_(0, 0.5, generator=generator)
        elif value.ndim == 1 and value.numel() > 1:
            value.uniform_(0.5, 1.5, generator=generator)
    return module.train()


def images(count: int = 5, size: tuple[int, int] = SIZE, seed: int = 3) -> Tensor:
    """Normalised images."""
    return torch.randn(count, 3, *size, generator=torch.Generator().manual_seed(seed))


def own_embedding(module: nn.Module, inputs: Tensor) -> Tensor:
    """What the module gives in evaluation mode; its mode is put back."""
    modes = {part: part.training for part in module.modules()}
    module.eval()
    try:
        with torch.no_grad():
            embedding: Tensor = module(inputs)
            return embedding
    finally:
        for part, training in modes.items():
            part.training = training
