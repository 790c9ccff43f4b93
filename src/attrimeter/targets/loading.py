"""Opening a target from a checkpoint, strictly, and saving one."""

from __future__ import annotations

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
from attrimeter.targets.target import Target

METADATA = "attrimeter_target"
"""The one entry of the metadata of our own files: profile and metric as JSON."""

_SHOWN = 3


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


def _choose_profile(
    checkpoint: Checkpoint, name: str | None, metric: str | None, *, path: str | os.PathLike[str]
) -> tuple[Profile, str | None]:
    if METADATA in checkpoint.metadata:
        stored, stored_metric = _read_metadata(checkpoint.metadata[METADATA], path)
        if name not in (None, stored.name):
            raise CheckpointError(
                f"{path} carries its own profile, {stored.name}, and cannot be opened as {name}; leave the "
                "profile out."
            )
        return stored, metric or stored_metric
    if name is None:
        return recognise_profile(checkpoint.tensors, path=path), metric
    if name not in PROFILES:
        raise SettingsError(f"The profile {name!r} is not known; choose one of {', '.join(PROFILES)}.")
    return FAMILIES[PROFILES[name].source].complete(PROFILES[name], checkpoint.tensors), metric


def _read_metadata(text: str, path: str | os.PathLike[str]) -> tuple[Profile, str]:
    try:
        stored = json.loads(text)
        return profile_from_dict(stored["profile"]), str(stored["metric"])
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(
            f"The profile inside {path} cannot be read; save the target again, or download it again."
        ) from error


def _build_filled(
    profile: Profile, given: Mapping[str, Tensor], *, metric: str | None, path: str | os.PathLike[str]
) -> Network:
    """The network with the given values, raised or lowered to float32; no random numbers are drawn."""
    values = {name: tensor.float() for name, tensor in given.items()}
    broken = [name for name, tensor in values.items() if not bool(tensor.isfinite().all())]
    if broken:
        raise CheckpointError(
            f"{path} holds NaN or infinite weights in {len(broken)} tensors ({', '.join(broken[:_SHOWN])}): "
            "its training failed or the file is damaged; give another checkpoint."
        )
    with torch.device("meta"):
        network = build_network(profile, metric=metric)
    counters = {name: torch.tensor(0) for name in network.state_dict() if is_counter(name)}
    network.load_state_dict({**values, **counters}, assign=True)
    return network
