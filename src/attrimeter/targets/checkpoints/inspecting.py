"""Finding out what a checkpoint is, and which profiles there are."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from torch import Tensor

from attrimeter.errors import SettingsError
from attrimeter.legible import count, quote_name
from attrimeter.targets.catalogue import FAMILIES
from attrimeter.targets.checkpoints.choices import Choices
from attrimeter.targets.checkpoints.choosing import carried_profile, read_known
from attrimeter.targets.checkpoints.loading import find_broken
from attrimeter.targets.checkpoints.matching import (
    ProfileMatch,
    compare_profiles,
    compare_tensors,
    dropped_names,
    nearest_profile,
    rename_tensors,
)
from attrimeter.targets.checkpoints.reading import Checkpoint
from attrimeter.targets.network import is_counter
from attrimeter.targets.profile import IMAGENET_MEAN, IMAGENET_STD, TOKEN_POOLINGS, Profile
from attrimeter.values.checkpoint_report import (
    CheckpointReport,
    FamilyFacts,
    FittingProfile,
    KnownTargets,
    NearestProfile,
    ProfileFacts,
)

_FIRST = 3

_POOLINGS = {
    "gap": "GAP",
    "gem": "GeM",
    "gem3": "GeM3",
    "max": "max",
    "token": "class token",
    "jigsaw": "class tokens of JPM",
}
_NECKS = {
    "none": "none",
    "batchnorm": "BN",
    "linear_batchnorm": "fc{size}, BN",
    "gated_linear": "fc{size}, BN, ReLU",
    "mgn": "8 fc{size}, BN",
    "projection": "itself and fc{size}",
}


def list_targets(word: str = "") -> KnownTargets:
    """The models that are known by name, family by family.

    Args:
        word: only profiles with this word in their name, family or body.

    Returns:
        What each profile says of a model.

    Raises:
        SettingsError: no profile has the word.
    """
    wanted = word.casefold()
    families = []
    for family in FAMILIES.values():
        of_family = wanted in f"{family.name} {family.title}".casefold()
        facts = [describe_profile(profile) for profile in family.profiles]
        kept = [one for one in facts if of_family or wanted in f"{one.name} {one.body}".casefold()]
        if kept:
            families.append(FamilyFacts(family.name, family.title, family.unsaid, tuple(kept)))
    if not families:
        raise SettingsError(f"No profile has {word!r} in its name; attrimeter targets lists all.")
    return KnownTargets(tuple(families))


def describe_profile(profile: Profile) -> ProfileFacts:
    """What a profile says, in words."""
    is_usual = (profile.pixel_mean, profile.pixel_std) == (IMAGENET_MEAN, IMAGENET_STD)
    stored = f"mean {_digits(profile.pixel_mean)} and deviation {_digits(profile.pixel_std)}"
    return ProfileFacts(
        name=profile.name,
        body=_describe_body(profile),
        image_size=profile.image_size,
        interpolation=profile.interpolation,
        stem=_describe_stem(profile) if "resnet" in profile.architecture else "",
        last_stride=str(profile.last_stride) if profile.has_last_stride else "",
        pooling=_POOLINGS.get(profile.pooling, profile.pooling).format(shift=profile.patch_shift),
        neck=_NECKS.get(profile.neck, profile.neck).format(size=profile.linear_size),
        normalised=profile.normalise,
        pixels="ImageNet" if is_usual else stored,
        metric=profile.metric,
        fields=asdict(profile),
    )


def inspect_checkpoint(
    file: str | os.PathLike[str],
    *,
    last_stride: int | None = None,
    input_size: tuple[int, int] | None = None,
) -> CheckpointReport:
    """What a checkpoint file is, which profiles fit it and why, or what keeps the nearest from fitting.

    Args:
        file: a checkpoint: a torch file of weights, or safetensors. Nothing in it is run.
        last_stride, input_size: as for :func:`attrimeter.targets.open_target`; the report is of the file as
            it is opened with them.

    Returns:
        What was found; ``opens`` says whether it opens as it is.

    Raises:
        CheckpointError: the file cannot be read as a checkpoint; see
            :func:`attrimeter.targets.checkpoints.reading.read_checkpoint`.
        SettingsError: a last stride or input size that the model cannot have.
    """
    choices = Choices(last_stride, input_size)
    checkpoint = read_known(file)
    tensors = checkpoint.tensors
    carried = carried_profile(checkpoint, path=file)
    matches = (
        compare_profiles(tensors, choices)
        if carried is None
        else (compare_tensors(tensors, choices.apply(carried[0])),)
    )
    fitting = [match.profile for match in matches if not match.misfits]
    return CheckpointReport(
        path=str(file),
        kind=checkpoint.kind,
        size=Path(file).stat().st_size,
        tensors=len(tensors),
        parameters=sum(tensor.numel() for name, tensor in tensors.items() if not is_counter(name)),
        kinds=Counter(str(tensor.dtype).removeprefix("torch.") for tensor in tensors.values()),
        wrapper=quote_name(checkpoint.wrapper),
        prefix=quote_name(checkpoint.prefix),
        extra=checkpoint.extra,
        carried="" if carried is None else carried[0].name,
        metric="" if carried is None else carried[1],
        first_names=tuple(quote_name(name) for name in list(tensors)[:_FIRST]),
        fits=tuple(_describe_fit(profile, checkpoint, own=carried is not None) for profile in fitting),
        nearest=None if fitting else _describe_nearest(matches[0] if matches else nearest_profile(tensors)),
    )


def _describe_fit(profile: Profile, checkpoint: Checkpoint, *, own: bool) -> FittingProfile:
    family = FAMILIES.get(profile.source)
    title = family.title if family else profile.source
    given = checkpoint.tensors if own else rename_tensors(checkpoint.tensors, profile)
    left_out = () if own else tuple(map(quote_name, dropped_names(checkpoint.tensors, profile)))
    first = quote_name(next(iter(checkpoint.tensors)))
    names = "AttriMeter writes them" if own else f"{title} writes them ({first}, ...)"
    return FittingProfile(
        family=title,
        unsaid="" if own or family is None else family.unsaid,
        facts=describe_profile(profile),
        seen=(f"names as {names}", *_what_is_seen(profile, given)),
        trusted=(*_what_is_trusted(profile), *(family.assumed(checkpoint.tensors) if family else ())),
        left_out=left_out,
        broken=tuple(find_broken(given)),
    )


def _describe_nearest(match: ProfileMatch | None) -> NearestProfile | None:
    if match is None:
        return None
    family = FAMILIES.get(match.profile.source)
    title = family.title if family else match.profile.source
    return NearestProfile(match.profile.name, title, match.missing, match.left_over, match.unfit)


def _what_is_seen(profile: Profile, given: Mapping[str, Tensor]) -> list[str]:
    """What the tensors of a fitting checkpoint show by their names and shapes."""
    facts = describe_profile(profile)
    in_body = sum(name.startswith("backbone.") for name in given)
    seen = [f"body {facts.body}: {count(in_body, 'tensor')}, none missing and none left over"]
    if any(profile.non_local):
        seen.append(f"{count(profile.non_local_width, 'channel')} inside the non-local blocks")
    seen.append(f"neck {facts.neck}" if profile.neck != "none" else "no neck after the pooling")
    if profile.pooling == "gem":
        seen.append("pooling GeM: its learnt power is among the tensors")
    return seen


def _what_is_trusted(profile: Profile) -> tuple[str, ...]:
    """What no tensor shows, and the profile says."""
    facts = describe_profile(profile)
    height, width = facts.image_size
    trusted = [f"input {height} x {width}, {facts.interpolation}, pixels normalised by {facts.pixels}"]
    if facts.stem:
        trusted.append(f"stem {facts.stem}")
    if facts.last_stride:
        trusted.append(f"last stride {facts.last_stride}")
    if profile.pooling != "gem":
        trusted.append(f"pooling {facts.pooling}")
    divided = "divided by its length, " if facts.normalised else ""
    trusted.append(f"embedding {divided}compared by {facts.metric} distance")
    return tuple(trusted)


def _describe_body(profile: Profile) -> str:
    parts = [profile.architecture]
    if profile.pooling in TOKEN_POOLINGS:
        parts.append(
            f"{profile.depth} blocks of {profile.width}, patches every {profile.patch_stride} pixels"
        )
    if profile.norm == "ibn_a":
        parts.append("IBN-a")
    if any(profile.non_local):
        parts.append("non-local blocks " + "-".join(map(str, profile.non_local)))
    if profile.blind != "none":
        parts.append(f"blind to {profile.blind}")
    return ", ".join(parts)


def _describe_stem(profile: Profile) -> str:
    pool = "ceil" if profile.stem_pool_ceil else "pad 1"
    return f"{'ReLU' if profile.stem_relu else 'no ReLU'}, {pool if profile.stem_pool else 'no pool'}"


def _digits(numbers: tuple[float, ...]) -> str:
    return " ".join(f"{number:.3f}" for number in numbers)
