"""A family of checkpoints: the models of one code base, and how it names their tensors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from torch import Tensor

from attrimeter.targets.bodies.backbone import Backbone
from attrimeter.targets.profile import Profile

Tensors = Mapping[str, Tensor]


Names = Mapping[str, str | None]
"""Names, or starts of names that end in a dot (or "", the start of all) -> what takes their place in ours;
None: they are dropped."""


def find_entry(name: str, names: Names) -> str | None:
    """The entry that a name belongs to: itself, or the longest start of it; None if there is none."""
    if name in names:
        return name
    starts = [entry for entry in names if (entry.endswith(".") or not entry) and name.startswith(entry)]
    return max(starts, key=len, default=None)


def rename(name: str, names: Names) -> str | None:
    """Our name of a tensor; the name itself where no entry is of it, None where it is dropped."""
    entry = find_entry(name, names)
    if entry is None:
        return name
    ours = names[entry]
    return None if ours is None else ours + name.removeprefix(entry)


def renaming(names: Names) -> Callable[[str, Profile], str | None]:
    """The same for every profile of a family."""
    return lambda name, profile: rename(name, names)


def keep_profile(profile: Profile, tensors: Tensors) -> Profile:
    """The profile as it is: its tensors tell nothing more."""
    return profile


def assume_nothing(tensors: Tensors) -> tuple[str, ...]:
    """For a family of which the profiles say all."""
    return ()


@dataclass(frozen=True, kw_only=True)
class Family:
    """What it takes to open the checkpoints of one code base.

    Attributes:
        name: the ``source`` of its profiles.
        title: what it is, in a few words.
        profiles: its models.
        rename: our name of a tensor ("backbone.*" or "head.*") under a profile, or None for a tensor that is
            dropped knowingly (an identity classifier). A name that the profile does not know is returned
            as it is, and is then refused as unexpected.
        candidates: the profiles that a checkpoint's names do not rule out at a glance; () for a foreign one.
        bodies: architecture -> what builds the body of a profile.
        complete: a profile with what shapes or stored values of the tensors tell beyond it.
        assumed: what is assumed of a checkpoint's tensors beyond the profile, a phrase each.
        unsaid: what differs between its profiles and cannot be told from tensors, in a sentence; or "".
    """

    name: str
    title: str
    profiles: tuple[Profile, ...]
    rename: Callable[[str, Profile], str | None]
    candidates: Callable[[Tensors], tuple[Profile, ...]]
    bodies: Mapping[str, Callable[[Profile], Backbone]] = field(default_factory=dict)
    complete: Callable[[Profile, Tensors], Profile] = keep_profile
    assumed: Callable[[Tensors], tuple[str, ...]] = assume_nothing
    unsaid: str = ""
