"""Whether the tensors of a checkpoint are exactly those of a profile, and of which."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from attrimeter.errors import CheckpointError
from attrimeter.targets.catalogue import FAMILIES
from attrimeter.targets.network import build_network, is_counter, weights_of
from attrimeter.targets.profile import Profile

_SHOWN = 3


def recognise_profile(tensors: Mapping[str, Tensor], *, path: str | os.PathLike[str]) -> Profile:
    """The one profile whose tensors have exactly these names and shapes, completed by what they tell.

    Raises:
        CheckpointError: none has (the nearest is named), or several have.
    """
    found = compare_profiles(tensors)
    fitting = [match.profile for match in found if not match.misfits]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        names = ", ".join(profile.name for profile in fitting)
        raise CheckpointError(
            f"The tensors of {path} fit several profiles ({names}), which differ in what weights do "
            "not tell; say which with the profile option."
        )
    if not found:
        raise CheckpointError(
            f"The tensors of {path} have the names of no known family of models (the first is "
            f"{next(iter(tensors))}); attrimeter targets lists what is known."
        )
    nearest = found[0]
    raise CheckpointError(
        f"The tensors of {path} fit none of the known profiles; the nearest, {nearest.profile.name}, differs "
        f"in {len(nearest.misfits)} tensors ({_shorten(nearest.misfits)}). attrimeter targets lists what is "
        "known."
    )


@dataclass(frozen=True)
class ProfileMatch:
    """How a checkpoint's tensors compare with a profile.

    Attributes:
        profile: completed by what the tensors tell.
        misfits: what does not fit, one text per tensor; empty where all do.
    """

    profile: Profile
    misfits: tuple[str, ...]


def compare_profiles(tensors: Mapping[str, Tensor]) -> tuple[ProfileMatch, ...]:
    """Every profile that the names do not rule out at a glance, the best fit first."""
    matches = [
        match_profile(tensors, profile)
        for family in FAMILIES.values()
        for profile in family.candidates(tensors)
    ]
    return tuple(sorted(matches, key=lambda match: len(match.misfits)))


def match_profile(tensors: Mapping[str, Tensor], profile: Profile) -> ProfileMatch:
    """How a checkpoint's tensors, under their own names, compare with ``profile``."""
    profile = FAMILIES[profile.source].complete(profile, tensors)
    return ProfileMatch(profile, tuple(_misfits(_skeleton(profile), rename_tensors(tensors, profile))))


def rename_tensors(tensors: Mapping[str, Tensor], profile: Profile) -> dict[str, Tensor]:
    """The tensors under our names; what the profile's source is known to carry in vain is dropped."""
    rename = FAMILIES[profile.source].rename
    renamed = {rename(name, profile): tensor for name, tensor in tensors.items() if not is_counter(name)}
    return {name: tensor for name, tensor in renamed.items() if name is not None}


def check_fit(given: Mapping[str, Tensor], profile: Profile, *, path: str | os.PathLike[str]) -> None:
    """Make sure that renamed tensors are exactly those of ``profile``, by name, shape and kind.

    Raises:
        CheckpointError: they are not; the first ones that do not fit are named, and how many there are.
    """
    misfits = _misfits(_skeleton(profile), given)
    if misfits:
        raise CheckpointError(
            f"{path} is not a checkpoint of {profile.name}: {len(misfits)} tensors do not fit "
            f"({_shorten(misfits)}); choose the profile that it was trained with."
        )


def _shorten(misfits: Sequence[str]) -> str:
    return "; ".join(misfits[:_SHOWN]) + ("; ..." if len(misfits) > _SHOWN else "")


@lru_cache(maxsize=256)
def _skeleton(profile: Profile) -> Mapping[str, Tensor]:
    with torch.device("meta"):
        return weights_of(build_network(profile))


def _misfits(expected: Mapping[str, Tensor], given: Mapping[str, Tensor]) -> list[str]:
    """What stands between the given tensors and the expected ones, one text per tensor."""
    found = [f"{name} is missing" for name in expected if name not in given]
    found += [f"{name} is unexpected" for name in given if name not in expected]
    found += [
        f"{name} has shape {tuple(given[name].shape)} instead of {tuple(tensor.shape)}"
        for name, tensor in expected.items()
        if name in given and given[name].shape != tensor.shape
    ]
    found += [
        f"{name} is not a plain floating-point tensor"
        for name, tensor in given.items()
        if tensor.layout != torch.strided or not tensor.is_floating_point()
    ]
    return found
