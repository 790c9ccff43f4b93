"""``attrimeter train-target``: a ReID model for whoever has none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from attrimeter.cli.options import Device, Layout, number
from attrimeter.errors import SettingsError

if TYPE_CHECKING:
    from attrimeter.fitting.target.training import TargetEpochReport
    from attrimeter.targets import Profile


def train_target(
    data: Annotated[Path, typer.Argument(help="A data set; attribute labels are not needed.")],
    out: Annotated[Path, typer.Option(help="The folder for target.safetensors and the checkpoint.")],
    profile: Annotated[str, typer.Option(help="demo, resnet18, resnet34 or resnet50.")] = "demo",
    pooling: Annotated[
        str | None, typer.Option(help="gap, gem or max; the profile's own if not given.")
    ] = None,
    last_stride: Annotated[int | None, typer.Option(help="1 or 2; the profile's own if not given.")] = None,
    neck: Annotated[str | None, typer.Option(help="batchnorm (BNNeck) or none.")] = None,
    blind: Annotated[
        str | None, typer.Option(help="What it shall never see: none, head, lower or hue.")
    ] = None,
    epochs: Annotated[int, number("epochs", "Passes over the images.")] = 40,
    batch_images: Annotated[
        int, number("training_batch", "Images per step (P x K).", option="--batch-images")
    ] = 64,
    images_per_identity: Annotated[
        int, number("training_images", "K, images of one identity in a step.", option="--images-per-identity")
    ] = 4,
    learning_rate: Annotated[float, number("learning_rate", "Highest learning rate.")] = 1e-3,
    warm_up_epochs: Annotated[int, number("warm_up_epochs", "Epochs of linear warm-up.")] = 3,
    validation_share: Annotated[float, number("validation_share", "Share of the identities held out.")] = 0.0,
    seed: Annotated[int, number("seed", "Of everything random.")] = 0,
    layout: Layout = None,
    device: Device = "auto",
    resume: Annotated[bool, typer.Option(help="Go on from the checkpoint in the folder.")] = False,
) -> None:
    """Train a ReID target with the bag-of-tricks recipe."""
    from attrimeter.cli.stopping import GO_ON, START_AGAIN, told_when_stopped
    from attrimeter.cli.terminal import say, tell
    from attrimeter.fitting.target.settings import TargetTrainingSettings
    from attrimeter.workflows.target_training import train_target as train

    settings = TargetTrainingSettings(
        profile=_choose_profile(profile, pooling=pooling, last_stride=last_stride, neck=neck, blind=blind),
        epochs=epochs,
        batch_images=batch_images,
        images_per_identity=images_per_identity,
        learning_rate=learning_rate,
        warm_up_epochs=warm_up_epochs,
        validation_share=validation_share,
        seed=seed,
    )
    finished = [resume]

    def tell_epoch(report: TargetEpochReport) -> None:
        finished.append(True)
        tell(_epoch_line(report))

    with told_when_stopped(lambda: GO_ON if any(finished) else START_AGAIN):
        path = train(
            data,
            out=out,
            settings=settings,
            layout=layout,
            device=device,
            resume=resume,
            report=tell_epoch,
        )
    say(f"The target is {path}.")
    say(f"Next: attrimeter fit {path} {data} --out runs/mine")


def _choose_profile(name: str, **choices: str | int | None) -> Profile:
    """The profile of that name with what was chosen in place of its own."""
    from dataclasses import replace

    from attrimeter.targets import PROFILES

    trainable = [profile.name for profile in PROFILES.values() if profile.source == "attrimeter"]
    if name not in trainable:
        raise SettingsError(
            f"The profile {name!r} cannot be trained here; choose from {', '.join(trainable)}."
        )
    wanted: dict[str, Any] = {key: value for key, value in choices.items() if value is not None}
    return replace(PROFILES[name], **wanted)


def _epoch_line(report: TargetEpochReport) -> str:
    line = (
        f"epoch {report.epoch:>2}/{report.epochs}  identity loss {report.identity_loss:.3f}  "
        f"triplet loss {report.triplet_loss:.3f}  accuracy {report.accuracy:.1f} %  "
        f"{report.images_per_second:.0f} images/s"
    )
    if report.validation is not None:
        line += f"  | held out: rank-1 {report.validation.rank1:.1f}  mAP {report.validation.mean_ap:.1f}"
    return line
