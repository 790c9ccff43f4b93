"""Under which names a checkpoint is read, and with which profile it is opened."""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Mapping

from torch import Tensor

from attrimeter.errors import CheckpointError, SettingsError
from attrimeter.targets.catalogue import FAMILIES, PROFILES
from attrimeter.targets.checkpoints.choices import NO_CHOICES, Choices
from attrimeter.targets.checkpoints.matching import complete_profile, recognise_profile
from attrimeter.targets.checkpoints.reading import DEEPEST, Checkpoint, read_checkpoint, strip_prefixes
from attrimeter.targets.profile import LARGEST_FIELD, Profile, profile_from_dict
from attrimeter.values.metric import Metric

METADATA = "attrimeter_target"
"""The one entry of the metadata of our own files: profile and metric as JSON."""


def read_known(path: str | os.PathLike[str]) -> Checkpoint:
    """Read a checkpoint, without what its model is called in a larger one.

    A home-made model often keeps the network as ``self.model`` or ``self.backbone``, and a training framework
    adds a name of its own. Such a beginning is dropped where all names have it, and where a family knows the
    names only without it. Names that a family knows, and our own files, stay as they are.

    Raises:
        CheckpointError: as :func:`attrimeter.targets.checkpoints.reading.read_checkpoint`.
    """
    whole = read_checkpoint(path)
    bare = whole
    for _ in range(DEEPEST):
        if METADATA in whole.metadata or _is_known(bare.tensors):
            return bare
        start, dot, _ = next(iter(bare.tensors)).partition(".")
        shorter = strip_prefixes(bare, (start + dot,), rounds=1)
        if not dot or shorter is bare:
            break
        bare = shorter
    return whole


def _is_known(tensors: Mapping[str, Tensor]) -> bool:
    return any(family.candidates(tensors) for family in FAMILIES.values())


def choose_profile(
    checkpoint: Checkpoint,
    name: str | None,
    metric: str | None,
    *,
    choices: Choices = NO_CHOICES,
    path: str | os.PathLike[str],
) -> tuple[Profile, str | None]:
    """The profile that a checkpoint is opened with, and the metric.

    Args:
        name: of the profile; None takes the one that the file carries, or the one that its tensors fit.
        metric: None takes what the file carries, if anything.
        choices: go before what the profile says.

    Raises:
        CheckpointError: no profile fits or several do, or the file carries another one.
        SettingsError: no profile of that name, or choices that it does not have.
    """
    carried = carried_profile(checkpoint, path=path)
    if carried is not None:
        stored, stored_metric = carried
        if name not in (None, stored.name):
            raise CheckpointError(
                f"{path} carries its own profile, {stored.name}, and cannot be opened as {name}; leave the "
                "profile out."
            )
        return choices.apply(stored), metric or stored_metric
    if name is None:
        return recognise_profile(checkpoint.tensors, choices=choices, path=path), metric
    if name not in PROFILES:
        raise SettingsError(
            f"The profile {name!r} is not known; attrimeter targets lists those that are{_resembling(name)}."
        )
    return complete_profile(PROFILES[name], checkpoint.tensors, choices), metric


def carried_profile(checkpoint: Checkpoint, *, path: str | os.PathLike[str]) -> tuple[Profile, str] | None:
    """The profile and the metric that a file of ours carries; None for any other checkpoint.

    Raises:
        CheckpointError: what it carries cannot be used.
    """
    if METADATA not in checkpoint.metadata:
        return None
    try:
        stored = json.loads(checkpoint.metadata[METADATA])
        profile, metric = profile_from_dict(stored["profile"]), Metric(stored["metric"])
        _check_carried(profile)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise CheckpointError(
            f"The profile inside {path} cannot be read; save the target again, or download it again."
        ) from error
    return profile, metric


def _check_carried(profile: Profile) -> None:
    """Raise ValueError for a stored profile whose fields are of another kind or size than a profile's are."""
    for name, usual in vars(PROFILES["demo"]).items():
        value = getattr(profile, name)
        values, usuals = (value, usual) if isinstance(usual, tuple) else ((value,), (usual,))
        is_alike = type(value) is type(usual) and len(values) == len(usuals)
        if not is_alike or not all(_is_like(one, kind) for one, kind in zip(values, usuals, strict=True)):
            raise ValueError(f"{name} is {value!r}")


def _is_like(value: object, usual: object) -> bool:
    if isinstance(usual, float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(usual, bool) or not isinstance(usual, int):
        return type(value) is type(usual)
    return type(value) is int and 0 <= value <= LARGEST_FIELD


def _resembling(name: str) -> str:
    near = difflib.get_close_matches(name, PROFILES, n=3)
    return f" (near it: {', '.join(near)})" if near else ""
