"""A ReID network as AttriMeter sees it: a body that makes maps, a head that makes the embedding."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn

from attrimeter.errors import CheckpointError
from attrimeter.targets.bodies.backbone import Backbone
from attrimeter.targets.bodies.mgn import build_mgn_head
from attrimeter.targets.bodies.vision_transformer import KINDS
from attrimeter.targets.catalogue import BODIES
from attrimeter.targets.heads.head import GatedLinearHead, Head, LinearHead, PooledHead
from attrimeter.targets.heads.pooling import POOLINGS
from attrimeter.targets.heads.token_head import build_token_head
from attrimeter.targets.profile import TOKEN_POOLINGS, Profile
from attrimeter.values.metric import Metric


class Network(nn.Module):
    """Body and head; its tensors are named ``backbone.*`` and ``head.*``."""

    def __init__(self, backbone: Backbone, head: Head) -> None:
        super().__init__()
        self.backbone = backbone
        self.head = head

    def forward(self, images: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch d"]:
        """The embeddings."""
        return self.head.embed(self.backbone(images))


def build_network(profile: Profile, *, metric: str | None = None) -> Network:
    """The network that a profile describes, with fresh random weights.

    Args:
        metric: "euclidean" or "cosine", for which the head ends in L2 normalisation; None is the profile's.

    Raises:
        CheckpointError: an architecture that is not known.
        SettingsError: such a metric.
    """
    if profile.architecture not in BODIES:
        raise CheckpointError(
            f"The profile {profile.name!r} has architecture {profile.architecture!r}; known are "
            f"{', '.join(BODIES)}."
        )
    if (profile.pooling in TOKEN_POOLINGS) != (profile.architecture in KINDS):
        raise CheckpointError(
            f"The profile {profile.name!r} has pooling {profile.pooling!r}, which the architecture "
            f"{profile.architecture!r} does not have."
        )
    backbone = BODIES[profile.architecture](profile)
    return Network(
        backbone, _build_head(profile, channels=backbone.channels, metric=metric or profile.metric)
    )


def weights_of(network: nn.Module) -> dict[str, Tensor]:
    """The tensors that decide what a network computes, by name.

    BatchNorm's count of batches is left out: it decides nothing, and old checkpoints do not carry it. So is
    what a foreign module keeps that is no tensor.
    """
    return {
        name: value
        for name, value in network.state_dict().items()
        if isinstance(value, Tensor) and not is_counter(name)
    }


def is_counter(name: str) -> bool:
    """Whether a tensor is BatchNorm's count of the batches it has seen."""
    return name.endswith("num_batches_tracked")


def _build_head(profile: Profile, *, channels: int, metric: str) -> Head:
    normalise = profile.normalise or Metric.named(metric).has_unit_length
    if profile.pooling in TOKEN_POOLINGS:
        return build_token_head(profile, normalise=normalise)
    pooling = POOLINGS[profile.pooling]()
    if profile.neck == "mgn":
        return build_mgn_head(profile, channels=channels, normalise=normalise)
    linear = {"linear_batchnorm": LinearHead, "gated_linear": GatedLinearHead}.get(profile.neck)
    if linear is not None:
        return linear(pooling, channels=channels, embedding_size=profile.linear_size, normalise=normalise)
    return PooledHead(pooling, channels=channels, neck=profile.neck == "batchnorm", normalise=normalise)
