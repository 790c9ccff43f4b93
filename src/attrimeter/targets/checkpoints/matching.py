"""Whether the tensors of a checkpoint are exactly those of a profile, and of which."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache

import torch
from torch import Tensor

from attrimeter.errors import CheckpointError
from attrimeter.legible import count, quote_name, quote_names
from attrimeter.targets.bodies.vision_transformer import POSITIONS
from attrimeter.targets.catalogue import FAMILIES, PROFILES
from attrimeter.targets.checkpoints.choices import NO_CHOICES, Choices
from attrimeter.targets.network import build_network, is_counter, weights_of
from attrimeter.targets.profile import Profile

_SHOWN = 3
_FEWEST = 80
"""No profile has fewer tensors."""
_SHAPELESS = (
    "interpolation",
    "stem_relu",
    "stem_pool",
    "stem_pool_ceil",
    "last_stride",
    "patch_shift",
    "normalise",
    "metric",
)
"""Fields of a profile that change neither names nor shapes of tensors."""
_PLAIN = Profile(name="plain", architecture="plain", source="plain")


def recognise_profile(
    tensors: Mapping[str, Tensor], *, choices: Choices = NO_CHOICES, path: str | os.PathLike[str]
) -> Profile:
    """The one profile whose tensors have exactly these names and shapes, completed by what they tell.

    Raises:
        CheckpointError: none has (the nearest is named), or several have.
        SettingsError: no profile that comes into question has what is chosen.
    """
    found = compare_profiles(tensors, choices)
    fitting = [match.profile for match in found if not match.misfits]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise CheckpointError(
            f"The tensors of {path} fit several profiles ({', '.join(one.name for one in fitting)}), which "
            f"differ in what weights do not tell; say which with {_options(fitting)}, and see attrimeter "
            "inspect for how they differ."
        )
    if not found:
        raise CheckpointError(
            f"The tensors of {path} have the names of no known family of models (the first is "
            f"{quote_name(next(iter(tensors)))}); attrimeter targets lists what is known, and any other "
            "network opens as package.module:function with its file as --weights."
        )
    nearest, misfits = found[0].profile.name, found[0].misfits
    raise CheckpointError(
        f"The tensors of {path} fit none of the known profiles; the nearest, {nearest}, differs in "
        f"{count(misfits, 'tensor')} ({_shorten(misfits)}){_size_hint(misfits)}. attrimeter inspect shows "
        "how; another network opens as package.module:function with its file as --weights."
    )


def _size_hint(misfits: Sequence[str]) -> str:
    """What to do where nothing but the places of patches does not fit: the input has another size."""
    is_size = [f"{POSITIONS} has shape" in misfit for misfit in misfits] == [True]
    return ", so that its input has another size: say --input-size HEIGHTxWIDTH" if is_size else ""


def _options(fitting: Sequence[Profile]) -> str:
    """The options that choose among profiles."""
    chosen = {"last_stride": "--last-stride", "image_size": "--input-size"}
    others = [option for field, option in chosen.items() if len({getattr(p, field) for p in fitting}) > 1]
    return " or ".join(["--profile", *others])


@dataclass(frozen=True)
class ProfileMatch:
    """How a checkpoint's tensors compare with a profile; all texts begin with our name of a tensor.

    Attributes:
        profile: completed by what the tensors tell.
        missing: names that the profile needs and the checkpoint lacks.
        left_over: names that the checkpoint has and the profile does not know.
        unfit: tensors of another shape or kind, or that two names of the checkpoint stand for, and how so.
    """

    profile: Profile
    missing: tuple[str, ...] = ()
    left_over: tuple[str, ...] = ()
    unfit: tuple[str, ...] = ()

    @property
    def misfits(self) -> tuple[str, ...]:
        """What does not fit, one text per tensor; empty where all do."""
        missing = (f"{name} is missing" for name in self.missing)
        left_over = (f"{name} is unexpected" for name in self.left_over)
        return (*missing, *left_over, *self.unfit)


def compare_profiles(
    tensors: Mapping[str, Tensor], choices: Choices = NO_CHOICES
) -> tuple[ProfileMatch, ...]:
    """Every profile that the names and choices do not rule out at a glance, the best fit first.

    Of several that fit, those count alone that are by themselves as chosen.

    Raises:
        SettingsError: no profile that comes into question has what is chosen.
    """
    profiles = [one for family in FAMILIES.values() for one in family.candidates(tensors)]
    if not any(map(choices.suit, profiles)):
        for profile in profiles[:1]:
            choices.apply(profile)  # says why not
    matches = [match_profile(tensors, one, choices) for one in profiles if choices.suit(one)]
    fitting = [match for match in matches if not match.misfits]
    for field, value in choices.fields().items():
        alike = [
            match for match in fitting if getattr(PROFILES.get(match.profile.name), field, None) == value
        ]
        fitting = alike or fitting
    others = sorted((match for match in matches if match.misfits), key=lambda match: len(match.misfits))
    return (*fitting, *others)


def nearest_profile(tensors: Mapping[str, Tensor]) -> ProfileMatch | None:
    """The best fit among all profiles, candidates or not; None where none shares half of its tensors."""
    if 2 * len(tensors) < _FEWEST:
        return None
    matches = []
    for profile in (profile for family in FAMILIES.values() for profile in family.profiles):
        with suppress(CheckpointError):  # what a tensor tells can contradict the profile
            matches.append(match_profile(tensors, profile))
    nearest = min(matches, key=lambda match: len(match.misfits), default=None)
    if nearest is None or 2 * len(nearest.missing) > len(_skeleton(nearest.profile)):
        return None
    return nearest


def complete_profile(profile: Profile, tensors: Mapping[str, Tensor], choices: Choices) -> Profile:
    """The profile with what the tensors tell, and before that what is chosen.

    Raises:
        SettingsError: as the choices do.
    """
    return choices.apply(FAMILIES[profile.source].complete(choices.apply(profile), tensors))


def match_profile(
    tensors: Mapping[str, Tensor], profile: Profile, choices: Choices = NO_CHOICES
) -> ProfileMatch:
    """How a checkpoint's tensors, under their own names, compare with ``profile``."""
    profile = complete_profile(profile, tensors, choices)
    sources = _sources(tensors, profile)
    match = compare_tensors({ours: tensors[names[0]] for ours, names in sources.items()}, profile)
    return replace(match, unfit=match.unfit + tuple(_doubled(sources)))


def rename_tensors(tensors: Mapping[str, Tensor], profile: Profile) -> dict[str, Tensor]:
    """The tensors under our names; what the profile's source is known to carry in vain is dropped.

    Raises:
        CheckpointError: two names stand for the same tensor.
    """
    sources = _sources(tensors, profile)
    doubled = _doubled(sources)
    if doubled:
        raise CheckpointError(
            f"The tensors are not those of {profile.name}: {_shorten(doubled)}; save the weights of one "
            "model alone."
        )
    return {ours: tensors[names[0]] for ours, names in sources.items()}


def dropped_names(tensors: Mapping[str, Tensor], profile: Profile) -> list[str]:
    """The checkpoint's names of the tensors that are knowingly left out, without BatchNorm's counters."""
    rename = FAMILIES[profile.source].rename
    return [name for name in tensors if not is_counter(name) and rename(name, profile) is None]


def check_fit(given: Mapping[str, Tensor], profile: Profile, *, path: str | os.PathLike[str]) -> None:
    """Make sure that renamed tensors are exactly those of ``profile``, by name, shape and kind.

    Raises:
        CheckpointError: they are not; the first ones that do not fit are named, and how many there are.
    """
    misfits = compare_tensors(given, profile).misfits
    if misfits:
        raise CheckpointError(
            f"{path} is not a checkpoint of {profile.name}: {len(misfits)} tensors do not fit "
            f"({_shorten(misfits)}){_size_hint(misfits)}; choose the profile that it was trained with "
            "(attrimeter inspect shows which fit)."
        )


def compare_tensors(given: Mapping[str, Tensor], profile: Profile) -> ProfileMatch:
    """How renamed tensors compare with those of ``profile``, by name, shape and kind."""
    expected = _skeleton(profile)
    unfit = [
        f"{name} has shape {tuple(given[name].shape)} instead of {tuple(tensor.shape)}"
        for name, tensor in expected.items()
        if name in given and given[name].shape != tensor.shape
    ]
    unfit += [
        f"{quote_name(name)} is not a plain floating-point tensor but {_kind(tensor)}"
        for name, tensor in given.items()
        if tensor.layout != torch.strided or not tensor.is_floating_point()
    ]
    missing = tuple(name for name in expected if name not in given)
    left_over = tuple(quote_name(name) for name in given if name not in expected)
    return ProfileMatch(profile, missing, left_over, tuple(unfit))


def _sources(tensors: Mapping[str, Tensor], profile: Profile) -> dict[str, list[str]]:
    """Our name -> the checkpoint's names for it, of which there should be one."""
    rename = FAMILIES[profile.source].rename
    sources: dict[str, list[str]] = {}
    for name in tensors:
        ours = None if is_counter(name) else rename(name, profile)
        if ours is not None:
            sources.setdefault(ours, []).append(name)
    return sources


def _doubled(sources: Mapping[str, Sequence[str]]) -> list[str]:
    return [
        f"{quote_name(ours)} is there more than once, as {quote_names(names)}"
        for ours, names in sources.items()
        if len(names) > 1
    ]


def _kind(tensor: Tensor) -> str:
    kind = str(tensor.dtype).removeprefix("torch.")
    return kind if tensor.layout == torch.strided else f"sparse {kind}"


def _shorten(misfits: Sequence[str]) -> str:
    return "; ".join(misfits[:_SHOWN]) + ("; ..." if len(misfits) > _SHOWN else "")


def _skeleton(profile: Profile) -> Mapping[str, Tensor]:
    """The tensors of a profile without values; profiles that differ in nothing of them share one."""
    same = {field: getattr(_PLAIN, field) for field in _SHAPELESS}
    return _build_skeleton(replace(profile, name=profile.architecture, **same))


@lru_cache(maxsize=256)
def _build_skeleton(profile: Profile) -> Mapping[str, Tensor]:
    with torch.device("meta"):
        return weights_of(build_network(profile))
