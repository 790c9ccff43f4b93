"""Opening a target from a checkpoint, strictly, and saving one."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping

import torch
from safetensors.torch import save
from torch import Tensor

from attrimeter.errors import CheckpointError, SettingsError
from attrimeter.legible import quote_name, quote_names
from attrimeter.storage import write_bytes
from attrimeter.targets.catalogue import FAMILIES, PROFILES
from attrimeter.targets.checkpoints.choices import Choices
from attrimeter.targets.checkpoints.choosing import METADATA, choose_profile, read_known
from attrimeter.targets.checkpoints.matching import check_fit, rename_tensors
from attrimeter.targets.checkpoints.reading import Checkpoint
from attrimeter.targets.devices import choose_device
from attrimeter.targets.finite_check import check_finite
from attrimeter.targets.network import Network, build_network, is_counter
from attrimeter.targets.profile import Profile, profile_to_dict
from attrimeter.targets.target import Target
from attrimeter.values.metric import Metric


def open_target(
    path: str | os.PathLike[str],
    *,
    profile: str | None = None,
    metric: str | None = None,
    last_stride: int | None = None,
    input_size: tuple[int, int] | None = None,
    device: str = "cpu",
) -> Target:
    """Open a frozen ReID model from a checkpoint.

    Args:
        path: a torchreid checkpoint, or a file that :func:`save_target` wrote.
        profile: a key of :data:`PROFILES`; may be left out where the file or its tensors tell it.
        metric: "euclidean" or "cosine"; None is the file's or the profile's own.
        last_stride: of the last stage of a ResNet, 1 or 2; no tensor tells it, and None is the profile's own.
        input_size: (height, width) that the model was trained with; None is the profile's own.
        device: "cpu", "cuda", "cuda:1", ..., or "auto" for CUDA where there is one.

    Raises:
        CheckpointError: the file cannot be read safely, or is not exactly a checkpoint of the profile
            (missing, unexpected or misshapen tensors are named), or holds a value or gives an embedding that
            is not finite.
        SettingsError: a profile, metric or device that is not known or not there, or a last stride or input
            size that the model cannot have.
    """
    choices = Choices(last_stride, input_size)
    if metric is not None:
        Metric.named(metric)
    place = choose_device(device)
    checkpoint = read_known(path)
    chosen, metric = choose_profile(checkpoint, profile, metric, choices=choices, path=path)
    is_own = METADATA in checkpoint.metadata  # then the tensors have our names already
    given = checkpoint.tensors if is_own else rename_tensors(checkpoint.tensors, chosen)
    check_fit(given, chosen, path=path)
    network = _build_filled(chosen, given, metric=metric, path=path)
    if chosen.image_size != getattr(PROFILES.get(chosen.name), "image_size", None):
        _check_size(network, chosen)
    target = Target(network, chosen, metric=metric or chosen.metric, device=place)
    check_finite(target, origin=path)
    target.notes, target.origin = _describe_opening(checkpoint, target), os.fspath(path)
    return target


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


def find_broken(tensors: Mapping[str, Tensor]) -> list[str]:
    """The names of floating-point tensors that hold NaN or infinity, or would as float32."""
    return [name for name, tensor in tensors.items() if not bool(_as_single(tensor).isfinite().all())]


def _describe_opening(checkpoint: Checkpoint, target: Target) -> tuple[str, ...]:
    """What the target was taken for, and what was assumed or dropped on the way, in sentences."""
    profile = target.profile
    size = "{} x {}".format(*profile.image_size)
    stride = f", last stride {profile.last_stride}" if profile.has_last_stride else ""
    name = quote_name(profile.name)
    taken = f"Opened as {name}: input {size}{stride}, compared by {target.metric} distance."
    found = [f"the weights are those under “{quote_name(checkpoint.wrapper)}”"] if checkpoint.wrapper else []
    if checkpoint.prefix:
        found.append(f"“{quote_name(checkpoint.prefix)}” was dropped from all names")
    family = FAMILIES.get(profile.source)
    found += family.assumed(checkpoint.tensors) if family else ()
    text = "; ".join(found)
    return (taken, f"{text[:1].upper()}{text[1:]}.") if found else (taken,)


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


def _check_size(network: Network, profile: Profile) -> None:
    """Make sure that the network gives an embedding of an input of the profile's size."""
    height, width = profile.image_size
    try:
        with torch.no_grad():
            network.eval()(torch.zeros(1, 3, height, width))
    except (RuntimeError, ValueError) as error:
        raise SettingsError(
            f"An input of {height} x {width} is too small for {profile.name}; give a larger one with "
            "--input-size."
        ) from error
