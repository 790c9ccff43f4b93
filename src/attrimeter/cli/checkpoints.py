"""``attrimeter targets``, ``inspect`` and ``convert``: models and their checkpoints."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attrimeter.cli.option_groups import CheckpointOptions, InputOptions, gathered
from attrimeter.cli.options import JsonFile
from attrimeter.cli.terminal import say
from attrimeter.cli.written import Outputs

UNDECIDED = 1


def targets(
    word: Annotated[str, typer.Argument(help="Only profiles with this word in name, family or body.")] = "",
    json_file: JsonFile = None,
) -> None:
    """List the models that are known by name.

    Each profile says what a kind of checkpoint is taken for.
    """
    from attrimeter.figures import targets_text
    from attrimeter.targets.checkpoints import inspecting

    outputs = Outputs(json_file=json_file)
    outputs.deliver(inspecting.list_targets(word), text=lambda known: targets_text(known.families))


@gathered
def inspect(
    file: Annotated[Path, typer.Argument(help="A checkpoint: a torch file of weights, or safetensors.")],
    how: InputOptions,
    json_file: JsonFile = None,
) -> None:
    """Say what a checkpoint is, and which profile fits.

    Also why it fits, or what is in the way. Nothing in the file is run. Exit code 0: it opens as it is. 1: a
    profile must be chosen with --profile, or none fits, or it holds NaN. 2: the file cannot be read as a
    checkpoint.
    """
    from attrimeter.figures import checkpoint_text
    from attrimeter.targets.checkpoints.inspecting import inspect_checkpoint

    outputs = Outputs(json_file=json_file)
    report = inspect_checkpoint(file, **vars(how))
    outputs.deliver(report, text=checkpoint_text)
    if not report.opens:
        raise typer.Exit(UNDECIDED)


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
