"""Opening a target from a checkpoint, strictly, and saving one."""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Mapping

import torch
from safetensors.torch import save
from torch import Tensor

from attrimeter.errors import CheckpointError, SettingsError
from attrimeter.storage import write_bytes
from attrimeter.targets.catalogue import FAMILIES, PROFILES
from attrimeter.targets.checkpoints import Checkpoint, read_checkpoint
from attrimeter.targets.devices import choose_device
from attrimeter.targets.matching import check_fit, recognise_profile, rename_tensors
from attrimeter.targets.network import Network, build_network, is_counter
from attrimeter.targets.profile import METRICS, Profile, profile_from_dict, profile_to_dict
from attrimeter.targets.quoting import quote_names
from attrimeter.targets.target import Target

METADATA = "attrimeter_target"
"""The one entry of the metadata of our own files: profile and metric as JSON."""

_LARGEST_FIELD = 4096
"""No number of channels, blocks or pixels in a profile that a file carries may be larger."""


def open_target(
    path: str | os.PathLike[str],
    *,
    profile: str | None = None,
    metric: str | None = None,
    device: str = "cpu",
) -> Target:
    """Open a frozen ReID model from a checkpoint.

    Args:
        path: a torchreid checkpoint, or a file that :func:`save_target` wrote.
        profile: a key of :data:`PROFILES`; may be left out where the file or its tensors tell it.
        metric: "euclidean" or "cosine"; None is the file's or the profile's own.
        device: "cpu", "cuda", "cuda:1", ..., or "auto" for CUDA where there is one.

    Raises:
        CheckpointError: the file cannot be read safely, or is not exactly a checkpoint of the profile
            (missing, unexpected or misshapen tensors are named), or holds a value that is not finite.
        SettingsError: a profile, metric or device that is not known or not there.
    """
    if metric not in (None, *METRICS):
        raise SettingsError(f"The metric {metric!r} is not known; choose {' or '.join(METRICS)}.")
    place = choose_device(device)
    checkpoint = read_checkpoint(path)
    chosen, metric = _choose_profile(checkpoint, profile, metric, path=path)
    is_own = METADATA in checkpoint.metadata  # then the tensors have our names already
    given = checkpoint.tensors if is_own else rename_tensors(checkpoint.tensors, chosen)
    check_fit(given, chosen, path=path)
    network = _build_filled(chosen, given, metric=metric, path=path)
    return Target(network, chosen, metric=metric or chosen.metric, device=place)


def save_target(path: str | os.PathLike[str], target: Target) -> None:
    """Write a target as one safetensors file, with its profile and metric in the metadata.

    Raises:
        StorageError: the file cannot be written; what was there before is untouched.
    """
    save_network(path, target.weights(), target.profile, metric=target.metric)


def save_network(
    path: str | os.PathLike[str], tensors: Mapping[str, Tensor], profile: Profile, *, metric: str
) -> None:
    """Write the tensors of a network as :func:`save_target` does."""
    metadata = {METADATA: json.dumps({"profile": profile_to_dict(profile), "metric": metric})}
    kept = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    write_bytes(path, save(kept, metadata=metadata))


def carried_profile(checkpoint: Checkpoint, *, path: str | os.PathLike[str]) -> tuple[Profile, str] | None:
    """The profile and the metric that a file of ours carries; None for any other checkpoint.

    Raises:
        CheckpointError: what it carries cannot be used.
    """
    if METADATA not in checkpoint.metadata:
        return None
    try:
        stored = json.loads(checkpoint.metadata[METADATA])
        profile, metric = profile_from_dict(stored["profile"]), stored["metric"]
        _check_carried(profile)
        if metric not in METRICS:
            raise ValueError(f"metric {metric!r}")
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise CheckpointError(
            f"The profile inside {path} cannot be read; save the target again, or download it again."
        ) from error
    return profile, metric


def find_broken(tensors: Mapping[str, Tensor]) -> list[str]:
    """The names of floating-point tensors that hold NaN or infinity, or would as float32."""
    return [name for name, tensor in tensors.items() if not bool(_as_single(tensor).isfinite().all())]


def _choose_profile(
    checkpoint: Checkpoint, name: str | None, metric: str | None, *, path: str | os.PathLike[str]
) -> tuple[Profile, str | None]:
    carried = carried_profile(checkpoint, path=path)
    if carried is not None:
        stored, stored_metric = carried
        if name not in (None, stored.name):
            raise CheckpointError(
                f"{path} carries its own profile, {stored.name}, and cannot be opened as {name}; leave the "
                "profile out."
            )
        return stored, metric or stored_metric
    if name is None:
        return recognise_profile(checkpoint.tensors, path=path), metric
    if name not in PROFILES:
        raise SettingsError(
            f"The profile {name!r} is not known; attrimeter targets lists those that are{_resembling(name)}."
        )
    return FAMILIES[PROFILES[name].source].complete(PROFILES[name], checkpoint.tensors), metric


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
    return type(value) is int and 0 <= value <= _LARGEST_FIELD


def _resembling(name: str) -> str:
    near = difflib.get_close_matches(name, PROFILES, n=3)
    return f" (near it: {', '.join(near)})" if near else ""


def _as_single(tensor: Tensor) -> Tensor:
    """The values as float32, in memory of their own whatever they were a view of."""
    return torch.empty(tensor.shape, dtype=torch.float32).copy_(tensor)


def _build_filled(
    profile: Profile, given: Mapping[str, Tensor], *, metric: str | None, path: str | os.PathLike[str]
) -> Network:
    """The network with the given values, raised or lowered to float32; no random numbers are drawn."""
    values = {name: _as_single(tensor) for name, tensor in given.items()}
    broken = find_broken(values)
    if broken:
        raise CheckpointError(
            f"{path} holds NaN or infinite weights in {len(broken)} tensors ({quote_names(broken)}): "
            "its training failed or the file is damaged; give another checkpoint."
        )
    with torch.device("meta"):
        network = build_network(profile, metric=metric)
    counters = {name: torch.tensor(0) for name in network.state_dict() if is_counter(name)}
    network.load_state_dict({**values, **counters}, assign=True)
    return network
