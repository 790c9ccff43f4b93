"""What the names and shapes of a checkpoint's tensors cannot tell about a model."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from attrimeter.errors import CheckpointError
from attrimeter.pixels import INTERPOLATIONS
from attrimeter.targets.heads.pooling import POOLINGS
from attrimeter.values.metric import Metric

NECKS = ("none", "batchnorm", "linear_batchnorm", "gated_linear", "mgn", "projection")
TOKEN_POOLINGS = ("token", "jigsaw")
"""Of vision transformers, which pool nothing: their class token reads all cells."""

NORMS = ("batchnorm", "ibn_a")
BLIND_TO = ("none", "head", "lower", "hue")

_NOTHING = object()
_LATER: dict[str, Any] = {
    "blind": "none",
    "stem_pool_ceil": False,
    "norm": "batchnorm",
    "non_local": (0, 0, 0, 0),
    "non_local_width": 1,
    "depth": 12,
    "patch_stride": 16,
    "patch_shift": 5,
}
"""Fields that a profile has had since the first files were written, and their defaults."""

LARGEST_FIELD = 4096
"""No number of channels, blocks or pixels may be larger, in a file or as a choice."""

MOST_BLOCKS = 64
"""The most blocks of a vision transformer, and the most pixels and patches that its patches are moved by."""

SMALLEST_SIDE = 16
"""The fewest pixels in height and width of an input."""

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


@dataclass(frozen=True, kw_only=True)
class Profile:
    """How a ReID model is built and fed, as far as its weights do not say.

    Attributes:
        name: what a user calls it ("osnet_x0_25").
        architecture: the body, a key of ``targets.catalogue.BODIES``.
        source: the family whose names the tensors of its checkpoints carry (``targets.catalogue.FAMILIES``).
        image_size: (height, width) of the network's input.
        interpolation: how PIL resizes to it, "bilinear" or "bicubic".
        pixel_mean, pixel_std: of RGB in [0, 1].
        width: channels after the stem, 64 in a ResNet; of a vision transformer, those of a token.
        stem_relu, stem_pool: whether a ReLU and a max-pool follow the first BatchNorm of a ResNet.
        stem_pool_ceil: whether that max-pool has no padding and rounds its output's size up, instead of one
            pixel of padding; the maps have the same size and other values.
        norm: the first normalisation of each block of a ResNet's stages 1 to 3, "batchnorm" or "ibn_a" (half
            of the channels by instance).
        non_local: how many non-local blocks end each of the four stages of a ResNet.
        non_local_width: channels inside of those.
        last_stride: stride of the last stage of a ResNet, 1 or 2.
        depth: blocks of a vision transformer.
        patch_stride: pixels from one patch of a vision transformer to the next.
        patch_shift: first patch of its jigsaw patch module.
        pooling: "gap" (average), "gem" (generalised mean with a learnt power), "gem3" (power 3) or "max"; of
            a vision transformer "token" (its class token) or "jigsaw" (that, and those of four groups of
            patches).
        neck: what follows the pooling: "none", "batchnorm", "linear_batchnorm" (Linear, BatchNorm),
            "gated_linear" (Linear, BatchNorm, ReLU), "mgn" (eight pieces of three maps, each pooled, with
            a Linear without bias and BatchNorm of its own) or "projection" (the pooled vector, and behind it
            a linear projection of it).
        linear_size: outputs of the Linear, where there is one.
        normalise: whether the embedding is divided by its length whatever the metric.
        metric: what the model is usually compared by, "euclidean" or "cosine".
        blind: what the network never sees, in training and in use: "none" (it sees all), "head", "lower" or
            "hue"; see :func:`attrimeter.targets.preprocessing.hide_unseen`.
    """

    name: str
    architecture: str
    source: str
    image_size: tuple[int, int] = (256, 128)
    interpolation: str = "bilinear"
    pixel_mean: tuple[float, float, float] = IMAGENET_MEAN
    pixel_std: tuple[float, float, float] = IMAGENET_STD
    width: int = 64
    stem_relu: bool = True
    stem_pool: bool = True
    stem_pool_ceil: bool = False
    norm: str = "batchnorm"
    non_local: tuple[int, int, int, int] = (0, 0, 0, 0)
    non_local_width: int = 1
    last_stride: int = 1
    depth: int = 12
    patch_stride: int = 16
    patch_shift: int = 5
    pooling: str = "gap"
    neck: str = "batchnorm"
    linear_size: int = 512
    normalise: bool = False
    metric: str = "euclidean"
    blind: str = "none"

    def __post_init__(self) -> None:
        choices: tuple[tuple[str, Any, tuple[Any, ...]], ...] = (
            ("interpolation", self.interpolation, tuple(INTERPOLATIONS)),
            ("last_stride", self.last_stride, (1, 2)),
            ("pooling", self.pooling, (*POOLINGS, *TOKEN_POOLINGS)),
            ("neck", self.neck, NECKS),
            ("norm", self.norm, NORMS),
            ("metric", self.metric, tuple(Metric)),
            ("blind", self.blind, BLIND_TO),
        )
        for field, value, allowed in choices:
            if value not in allowed:
                raise CheckpointError(
                    f"The profile {self.name!r} has {field} {value!r}; it must be one of "
                    f"{', '.join(map(repr, allowed))}."
                )
        if min(self.image_size) < SMALLEST_SIDE or self.width < 1:
            raise CheckpointError(
                f"The profile {self.name!r} has image size {self.image_size} and width {self.width}; the "
                f"image needs at least {SMALLEST_SIDE} x {SMALLEST_SIDE} pixels and the body at least one "
                "channel."
            )
        for field in ("depth", "patch_stride", "patch_shift"):
            if not 1 <= getattr(self, field) <= MOST_BLOCKS:
                raise CheckpointError(
                    f"The profile {self.name!r} has {field} {getattr(self, field)}; it must be from 1 to "
                    f"{MOST_BLOCKS}."
                )
        if not all(map(math.isfinite, self.pixel_mean)) or min(self.pixel_std) <= 0:
            raise CheckpointError(
                f"The profile {self.name!r} has pixel mean {self.pixel_mean} and deviation "
                f"{self.pixel_std}; they must be finite and the deviation positive."
            )

    @property
    def has_last_stride(self) -> bool:
        """Whether :attr:`last_stride` changes anything: the body is a ResNet."""
        return "resnet" in self.architecture


def profile_to_dict(profile: Profile) -> dict[str, Any]:
    """The fields of a profile, ready for JSON.

    Fields that came later are left out where they hold their default, so that a target keeps the file and
    the fingerprint that it had before there were such fields.
    """
    return _leave_out_defaults(dataclasses.asdict(profile))


def profile_from_dict(fields: Mapping[str, Any]) -> Profile:
    """The profile that :func:`profile_to_dict` wrote.

    Raises:
        CheckpointError: a field is missing, unknown, of the wrong kind or out of its range.
    """
    try:
        rows: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()
        }
        profile = Profile(**rows)
        height, width = (int(side) for side in profile.image_size)
        return dataclasses.replace(profile, image_size=(height, width))
    except (TypeError, ValueError, AttributeError) as error:
        raise CheckpointError(
            f"The profile stored with the weights cannot be used ({error}); save the target again with "
            "this version of AttriMeter."
        ) from error


def map_fields(profile: Profile) -> dict[str, Any]:
    """The fields that decide the last map: everything up to, and without, the pooling; as profile_to_dict."""
    names = (
        "architecture",
        "image_size",
        "interpolation",
        "pixel_mean",
        "pixel_std",
        "width",
        "stem_relu",
        "stem_pool",
        "stem_pool_ceil",
        "norm",
        "non_local",
        "non_local_width",
        "last_stride",
        "depth",
        "patch_stride",
        "blind",
    )
    return _leave_out_defaults({name: getattr(profile, name) for name in names})


def _leave_out_defaults(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if _LATER.get(name, _NOTHING) != value}
