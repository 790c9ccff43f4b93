"""``attrimeter train-target``: a ReID model for those who have none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attrimeter.cli.option_groups import gathered
from attrimeter.cli.options import Device, Layout, number, words
from attrimeter.cli.stopping import GO_ON, START_AGAIN, told_when_stopped
from attrimeter.cli.terminal import say, tell

if TYPE_CHECKING:
    from attrimeter.fitting.target.training import TargetEpochReport


@dataclass(frozen=True)
class TrainingOptions:
    """The model that is trained, and its recipe."""

    profile: Annotated[
        str,
        typer.Option(
            help="demo, resnet18, resnet34, resnet50 or resnet101.",
            autocompletion=words("demo", "resnet18", "resnet34", "resnet50", "resnet101"),
        ),
    ] = "demo"
    pooling: Annotated[
        str | None,
        typer.Option(
            help="gap, gem or max; the profile's own if not given.", autocompletion=words("gap", "gem", "max")
        ),
    ] = None
    last_stride: Annotated[int | None, typer.Option(help="1 or 2; the profile's own if not given.")] = None
    neck: Annotated[
        str | None,
        typer.Option(help="batchnorm (BNNeck) or none.", autocompletion=words("batchnorm", "none")),
    ] = None
    blind: Annotated[
        str | None,
        typer.Option(
            help="What the model never sees: none, head, lower or hue.",
            autocompletion=words("none", "head", "lower", "hue"),
        ),
    ] = None
    epochs: Annotated[int, number("epochs", "Passes over the images.")] = 40
    batch_images: Annotated[
        int, number("training_batch", "Images per step (P x K).", option="--batch-images")
    ] = 64
    images_per_identity: Annotated[
        int, number("training_images", "K, images of one identity in a step.", option="--images-per-identity")
    ] = 4
    learning_rate: Annotated[float, number("learning_rate", "Highest learning rate.")] = 1e-3
    warm_up_epochs: Annotated[int, number("warm_up_epochs", "Epochs of linear warm-up.")] = 3
    validation_share: Annotated[float, number("validation_share", "Share of the identities held out.")] = 0.0
    seed: Annotated[int, number("seed", "Seed of everything random.")] = 0
    layout: Layout = None
    device: Device = "auto"
    resume: Annotated[bool, typer.Option(help="Go on from the checkpoint in the folder.")] = False


@gathered
def train_target(
    data: Annotated[Path, typer.Argument(help="A data set; attribute labels are not needed.")],
    out: Annotated[Path, typer.Option(help="The folder for target.safetensors and the checkpoint.")],
    options: TrainingOptions,
) -> None:
    """Train a ReID model with the bag-of-tricks recipe."""
    from attrimeter.workflows import target_training

    finished = [options.resume]

    def tell_epoch(report: TargetEpochReport) -> None:
        finished.append(True)
        tell(_epoch_line(report))

    with told_when_stopped(lambda: GO_ON if any(finished) else START_AGAIN):
        trained = target_training.train_target(data, out=out, **vars(options), report=tell_epoch)
    say(f"The target is {trained.file}.")
    say(f"Next: attrimeter fit {trained.file} {data} --out runs/mine")


def _epoch_line(report: TargetEpochReport) -> str:
    line = (
        f"epoch {report.epoch:>2}/{report.epochs}  identity loss {report.identity_loss:.3f}  "
        f"triplet loss {report.triplet_loss:.3f}  accuracy {report.accuracy:.1f} %  "
        f"{report.images_per_second:.0f} images/s"
    )
    if report.validation is not None:
        line += f"  | held out: rank-1 {report.validation.rank1:.1f}  mAP {report.validation.mean_ap:.1f}"
    return line
