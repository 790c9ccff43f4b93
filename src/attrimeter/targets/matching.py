"""Whether the tensors of a checkpoint are exactly those of a profile, and of which."""

from __future__ import annotations

import os
from collections.abc import Mapping

import torch
from torch import Tensor

from attrimeter.errors import CheckpointError
from attrimeter.targets.catalogue import NAMINGS, PROFILES
from attrimeter.targets.network import build_network, is_counter, weights_of
from attrimeter.targets.profile import Profile

_SHOWN = 3


def recognise_profile(tensors: Mapping[str, Tensor], *, path: str | os.PathLike[str]) -> Profile:
    """The one profile whose tensors have exactly these names and shapes.

    Raises:
        CheckpointError: none has (the nearest is named), or several have.
    """
    misfits = {
        name: len(_misfits(_skeleton(profile), rename_tensors(tensors, profile)))
        for name, profile in PROFILES.items()
    }
    fitting = [name for name, count in misfits.items() if count == 0]
    if len(fitting) == 1:
        return PROFILES[fitting[0]]
    if fitting:
        raise CheckpointError(
            f"The tensors of {path} fit several profiles ({', '.join(fitting)}), which differ in what "
            "weights do not tell; say which with the profile option."
        )
    nearest = min(misfits, key=lambda name: misfits[name])
    raise CheckpointError(
        f"The tensors of {path} fit none of the known profiles ({', '.join(PROFILES)}); the nearest, "
        f"{nearest}, differs in {misfits[nearest]} tensors. Give a checkpoint of one of them."
    )


def rename_tensors(tensors: Mapping[str, Tensor], profile: Profile) -> dict[str, Tensor]:
    """The tensors under our names; what the profile's source is known to carry in vain is dropped."""
    naming = NAMINGS[profile.source]
    renamed = {naming(name): tensor for name, tensor in tensors.items() if not is_counter(name)}
    return {name: tensor for name, tensor in renamed.items() if name is not None}


def check_fit(given: Mapping[str, Tensor], profile: Profile, *, path: str | os.PathLike[str]) -> None:
    """Make sure that renamed tensors are exactly those of ``profile``, by name, shape and kind.

    Raises:
        CheckpointError: they are not; the first ones that do not fit are named, and how many there are.
    """
    misfits = _misfits(_skeleton(profile), given)
    if misfits:
        shown = "; ".join(misfits[:_SHOWN]) + ("; ..." if len(misfits) > _SHOWN else "")
        raise CheckpointError(
            f"{path} is not a checkpoint of {profile.name}: {len(misfits)} tensors do not fit ({shown}); "
            "choose the profile that it was trained with."
        )


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
