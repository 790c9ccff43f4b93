"""What is known about targets, and what was found out about a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class ProfileFacts:
    """What a profile says about a model, in words.

    Attributes:
        name: what a user calls it.
        body: "resnet50, IBN-a, non-local blocks 0-2-3-0".
        image_size: (height, width) of the input.
        interpolation: how images are resized to it.
        stem: what follows the first BatchNorm of a ResNet ("ReLU, pad 1": a max-pool with a pixel of padding;
            "ceil": one that rounds up); "" for other bodies.
        last_stride: of the last stage of a ResNet; "" for other bodies.
        pooling: "GAP", "GeM" (learnt power), "GeM3" (power 3) or "max".
        neck: "BN" (BatchNorm), "fc512, BN" (Linear, BatchNorm), ...; "none" for none.
        normalised: whether the embedding is divided by its length whatever the metric.
        pixels: mean and deviation where they are not those of ImageNet; else "ImageNet".
        metric: what the model is usually compared by.
        fields: all of the profile's own fields.
    """

    name: str
    body: str
    image_size: tuple[int, int]
    interpolation: str
    stem: str
    last_stride: str
    pooling: str
    neck: str
    normalised: bool
    pixels: str
    metric: str
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class FamilyFacts:
    """The models of one code base.

    Attributes:
        name, title: what it is.
        unsaid: what cannot be told from its tensors, in a sentence; or "".
        profiles: its models.
    """

    name: str
    title: str
    unsaid: str
    profiles: tuple[ProfileFacts, ...]


@dataclass(frozen=True)
class KnownTargets:
    """All models that are known by name, family by family."""

    families: tuple[FamilyFacts, ...]


@dataclass(frozen=True)
class FittingProfile:
    """A profile that a checkpoint's tensors are exactly those of.

    Attributes:
        family: title of its family.
        unsaid: of the family.
        facts: of the profile, completed by the tensors.
        seen: what the tensors themselves show, one phrase each.
        trusted: what they cannot show and the profile supplies.
        left_out: names of tensors that are knowingly not used (identity classifiers).
        broken: names of tensors with NaN or infinity: with these it is not opened.
    """

    family: str
    unsaid: str
    facts: ProfileFacts
    seen: tuple[str, ...]
    trusted: tuple[str, ...]
    left_out: tuple[str, ...]
    broken: tuple[str, ...]


@dataclass(frozen=True)
class NearestProfile:
    """The profile that a checkpoint that fits none comes closest to.

    Attributes:
        name, family: of the profile.
        missing: tensors that it needs and the checkpoint lacks.
        left_over: tensors of the checkpoint that it does not know.
        unfit: tensors of another shape or kind, and how so.
    """

    name: str
    family: str
    missing: tuple[str, ...]
    left_over: tuple[str, ...]
    unfit: tuple[str, ...]


@dataclass(frozen=True)
class CheckpointReport:
    """What a checkpoint file is, and which target it can be opened as.

    Attributes:
        path: of the file.
        kind: "safetensors" or "torch".
        size: of the file in bytes.
        tensors, parameters: how many it has, and of how many numbers.
        kinds: kind of number -> how many tensors have it.
        wrapper: the entry that the tensors were under; "" for a bare dictionary.
        prefix: what all names began with and was dropped.
        extra: what lies beside the tensors, name -> a few words.
        carried: the name of the profile that the file carries itself; or "".
        metric: that it carries beside it; or "".
        first_names: the first few tensors.
        fits: the profiles that fit.
        nearest: the closest one where none fits; None where even the names are foreign.
    """

    path: str
    kind: str
    size: int
    tensors: int
    parameters: int
    kinds: Mapping[str, int]
    wrapper: str
    prefix: str
    extra: Mapping[str, str]
    carried: str
    metric: str
    first_names: tuple[str, ...]
    fits: tuple[FittingProfile, ...]
    nearest: NearestProfile | None

    @property
    def opens(self) -> bool:
        """Whether it can be opened as it is, without a choice."""
        return len(self.fits) == 1 and not self.fits[0].broken


@dataclass(frozen=True)
class Conversion:
    """What a conversion did.

    Attributes:
        path: of the new file.
        profile: that it carries.
        metric: that it carries.
        kind, wrapper, prefix: of the old file, as in CheckpointReport.
        tensors: how many were written.
        left_out: names that were knowingly not taken over.
        fingerprint: of the target; the new file was opened again and has the same.
        size: of the new file in bytes.
    """

    path: Path
    profile: str
    metric: str
    kind: str
    wrapper: str
    prefix: str
    tensors: int
    left_out: tuple[str, ...]
    fingerprint: str
    size: int
