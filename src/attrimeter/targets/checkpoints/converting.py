"""From a checkpoint of any known kind to a safetensors file that carries its profile."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from attrimeter.errors import CheckpointError, SettingsError, StorageError
from attrimeter.legible import quote_name
from attrimeter.storage import check_output, is_passed_through, scratch_folder
from attrimeter.targets import Target, open_target, save_target
from attrimeter.targets.checkpoints.choosing import carried_profile, read_known
from attrimeter.targets.checkpoints.matching import dropped_names
from attrimeter.values.checkpoint_report import Conversion

SUFFIX = ".safetensors"


def convert_checkpoint(
    old: str | os.PathLike[str],
    new: str | os.PathLike[str],
    *,
    profile: str | None = None,
    metric: str | None = None,
    last_stride: int | None = None,
    input_size: tuple[int, int] | None = None,
) -> Conversion:
    """Open a checkpoint strictly, write it as safetensors with its profile, and open that to compare.

    Args:
        old: any checkpoint that :func:`attrimeter.targets.open_target` opens; it is only read.
        new: the file to write; one that is there is replaced, unless it is the old one.
        profile, metric, last_stride, input_size: as for :func:`attrimeter.targets.open_target`; the new file
            carries them.

    Returns:
        What was read as which target, what was left out, and where the new file is.

    Raises:
        CheckpointError: ``old`` cannot be opened, or the new file does not open to the same target.
        SettingsError: ``new`` is ``old`` or is not called .safetensors; an unknown profile or metric.
        StorageError: the new file cannot be written.
    """
    _check_names(Path(old), Path(new))
    target = open_target(old, profile=profile, metric=metric, last_stride=last_stride, input_size=input_size)
    _write(Path(new), target, old)
    checkpoint = read_known(old)
    is_own = carried_profile(checkpoint, path=old) is not None
    left_out = [] if is_own else dropped_names(checkpoint.tensors, target.profile)
    return Conversion(
        path=Path(new),
        profile=target.profile.name,
        metric=target.metric,
        kind=checkpoint.kind,
        wrapper=quote_name(checkpoint.wrapper),
        prefix=quote_name(checkpoint.prefix),
        tensors=len(target.weights()),
        left_out=tuple(map(quote_name, left_out)),
        fingerprint=target.fingerprint,
        size=Path(new).stat().st_size,
    )


def _write(new: Path, target: Target, old: str | os.PathLike[str]) -> None:
    """Put the file in its place once it has opened to the same target."""
    place = Path(os.path.realpath(new))  # a link goes on pointing where it does
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with scratch_folder(place.parent) as scratch:
            written = scratch / new.name
            save_target(written, target)
            if open_target(written).fingerprint != target.fingerprint:
                raise CheckpointError(
                    f"The file written for {new} did not open to the same target as {old} and was removed; "
                    "check the disk, then convert again."
                )
            written.replace(place)
    except OSError as error:
        raise StorageError(f"Could not write {new}: {error.strerror or error}.") from error


def _check_names(old: Path, new: Path) -> None:
    if new.suffix != SUFFIX:
        named = new.name not in ("", "..")
        better = f"call it {new.with_suffix(SUFFIX)}" if named else f"give a name such as new{SUFFIX}"
        raise SettingsError(f"The new file {new} must end in {SUFFIX}; {better}.")
    if is_passed_through(new):
        raise SettingsError(f"The new file is opened again, and {new} is no plain file; give another name.")
    check_output(new)
    with suppress(OSError):  # one of them is not there, and opening says so
        if old.samefile(new):
            raise SettingsError(f"{new} is the file to be converted, which is kept; give another name.")
