"""``attrimeter convert``: from any known checkpoint to a safetensors file that carries its profile."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attrimeter.cli.option_groups import CheckpointOptions, gathered
from attrimeter.cli.terminal import say


@gathered
def convert(
    old: Annotated[Path, typer.Argument(help="The checkpoint; it is only read, and nothing in it is run.")],
    new: Annotated[Path, typer.Argument(help="The .safetensors file to write.")],
    how: CheckpointOptions,
) -> None:
    """Write a checkpoint as safetensors, with its profile.

    The new file opens without any option. A file of a whole model is refused, because opening it could run
    code; the message says how to save its weights alone.
    """
    from attrimeter.targets.checkpoints.converting import convert_checkpoint

    done = convert_checkpoint(old, new, **vars(how))
    under = f", under {done.wrapper}" if done.wrapper else ""
    stripped = f", {done.prefix} dropped from all names" if done.prefix else ""
    say(
        f"Read {old} ({done.kind} file{under}{stripped}) as {done.profile}, "
        f"compared by {done.metric} distance."
    )
    if done.left_out:
        say(f"Left out, because no embedding needs them: {', '.join(done.left_out)}.")
    say(f"Wrote {done.tensors} tensors and the profile to {new} ({done.size:,} bytes).")
    say(f"Opened {new} again: same fingerprint {done.fingerprint[:16]}.")
    say(f"Next: attrimeter fit {new} --out runs/mine")
