"""Training a target from scratch, epoch by epoch; a broken-off run goes on exactly where it stopped."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor, nn
from torch.nn import functional as F

from attrimeter.arrays import Array
from attrimeter.errors import FitError
from attrimeter.fitting.batches import hold_out_identities, identity_batches
from attrimeter.fitting.checkpoint import read_checkpoint, write_checkpoint
from attrimeter.fitting.finite import require_finite
from attrimeter.fitting.restoring import load_optimiser, load_weights, restoring
from attrimeter.fitting.target.augmentation import build_augmentation
from attrimeter.fitting.target.images import TrainingImages, load_training_images
from attrimeter.fitting.target.losses import BatchHardTripletLoss
from attrimeter.fitting.target.settings import TargetTrainingSettings
from attrimeter.fitting.target.validation import ValidationScores, score_network
from attrimeter.storage import lock_folder
from attrimeter.targets import Network, build_network, choose_device, save_network, weights_of
from attrimeter.values import ImageSet

CHECKPOINT = "checkpoint.pt"
TARGET = "target.safetensors"


@dataclasses.dataclass(frozen=True)
class TargetEpochReport:
    """How an epoch went.

    Attributes:
        epoch, epochs: this one, from 1, and all.
        identity_loss, triplet_loss: means over the steps.
        accuracy: percent of the training images that were given their own identity.
        images_per_second: trained on.
        validation: scores on the held-out identities, where they were asked for and due; else None.
    """

    epoch: int
    epochs: int
    identity_loss: float
    triplet_loss: float
    accuracy: float
    images_per_second: float
    validation: ValidationScores | None


def train_target(
    images: ImageSet,
    *,
    settings: TargetTrainingSettings | None = None,
    out_dir: Path,
    device: str = "cpu",
    resume: bool = False,
    report: Callable[[TargetEpochReport], None] | None = None,
) -> Path:
    """Train a network on labelled person images and keep it as ``target.safetensors`` in ``out_dir``.

    After every epoch ``checkpoint.pt`` replaces the one before, so a run can be broken off at any time. The
    same seed on the same machine gives the same weights, whether or not the run was broken off.

    Args:
        resume: go on from the checkpoint in ``out_dir``.
        report: called after each epoch, once its checkpoint is on disk.

    Returns:
        The path of the target, for :func:`attrimeter.targets.open_target`.

    Raises:
        DatasetError, ImageError: the images cannot be trained on.
        SettingsError: no checkpoint to resume from, a damaged one, or one of another run; a package of the
            extra "train" that is missing.
        FitError: a loss or a weight that is no longer finite; no target is written.
        StorageError: ``out_dir`` cannot be written, or another process writes it.
    """
    settings = settings or TargetTrainingSettings()
    place = choose_device(device)
    with lock_folder(out_dir, "a target is being trained"):
        data = load_training_images(images, settings.profile, scratch=out_dir)
        run = _Run(data, settings, place)
        identity = {"settings": dataclasses.asdict(settings), "images": data.digest()}
        if resume:
            state = read_checkpoint(out_dir / CHECKPOINT, identity=identity)
            with restoring(out_dir / CHECKPOINT):
                run.restore(state)
        while run.epoch < settings.epochs:
            epoch_report = run.train_epoch()
            write_checkpoint(out_dir / CHECKPOINT, identity=identity, state=run.state())
            if report is not None:
                report(epoch_report)
        weights = weights_of(run.network)
        save_network(out_dir / TARGET, weights, settings.profile, metric=settings.profile.metric)
    return out_dir / TARGET


class _Run:
    """The state of a training run: networks, optimiser, and how many epochs are done."""

    def __init__(self, data: TrainingImages, settings: TargetTrainingSettings, device: torch.device) -> None:
        self.data, self.settings, self.device = data, settings, device
        held_out = hold_out_identities(data.identities, share=settings.validation_share, seed=settings.seed)
        self.rows, self.held_out = np.flatnonzero(~held_out), np.flatnonzero(held_out)
        _, self.classes = np.unique(data.identities[self.rows], return_inverse=True)
        self.network, self.classifier = _fresh_networks(settings, int(self.classes.max()) + 1)
        self.network.to(device)
        self.classifier.to(device)
        trained = [*self.network.parameters(), *self.classifier.parameters()]
        self.optimiser = torch.optim.Adam(
            [parameter for parameter in trained if parameter.requires_grad],
            weight_decay=settings.weight_decay,
        )
        self.augment = build_augmentation(settings)
        self.triplet_loss = BatchHardTripletLoss(settings)
        self.epoch = 0

    def state(self) -> dict[str, Any]:
        return {
            "epoch": self.epoch,
            "network": self.network.state_dict(),
            "classifier": self.classifier.state_dict(),
            "optimiser": self.optimiser.state_dict(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Raises what :func:`restoring` says in a sentence, where something of the state does not fit."""
        if type(state["epoch"]) is not int or not 0 <= state["epoch"] <= self.settings.epochs:
            raise TypeError("no number of epochs")
        load_weights(self.network, state["network"])
        load_weights(self.classifier, state["classifier"])
        load_optimiser(self.optimiser, state["optimiser"])
        self.epoch = state["epoch"]

    def train_epoch(self) -> TargetEpochReport:
        """One pass over the training images; what is random in it depends on the seed and the epoch only."""
        settings, begin = self.settings, time.perf_counter()
        rng = np.random.default_rng([settings.seed, self.epoch])
        batches = list(
            identity_batches(
                self.classes,
                batch_images=settings.batch_images,
                images_per_identity=settings.images_per_identity,
                rng=rng,
            )
        )
        self.network.train()
        totals = np.zeros(3)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(rng.integers(2**63)))
            for step, batch in enumerate(batches):
                rate = settings.learning_rate_at(self.epoch + step / len(batches))
                totals += self._step(batch, rate)
        require_finite(self._diverged("weights are"), *self.network.state_dict().values())
        self.epoch += 1
        seconds = time.perf_counter() - begin
        return TargetEpochReport(
            epoch=self.epoch,
            epochs=settings.epochs,
            identity_loss=float(totals[0]) / len(batches),
            triplet_loss=float(totals[1]) / len(batches),
            accuracy=100 * float(totals[2]) / sum(map(len, batches)),
            images_per_second=sum(map(len, batches)) / seconds,
            validation=self._validate(),
        )

    def _step(self, batch: Int[Array, " batch"], rate: float) -> tuple[float, float, int]:
        """One step of the optimiser; identity loss, triplet loss and number of images classified rightly."""
        images = self.data.batch(self.rows[batch], self.settings.profile, augment=self.augment)
        classes = torch.from_numpy(self.classes[batch]).to(self.device)
        last_map = self.network.backbone(images.to(self.device, memory_format=torch.channels_last))
        metric_features, identity_features = self.network.head.training_features(last_map)
        logits: Tensor = self.classifier(identity_features)
        identity_loss = F.cross_entropy(logits, classes, label_smoothing=self.settings.label_smoothing)
        triplet_loss = self.triplet_loss(metric_features, classes)
        losses = identity_loss.item(), triplet_loss.item()
        if not math.isfinite(sum(losses)):
            raise FitError(self._diverged("loss is"))
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.zero_grad()
        (identity_loss + triplet_loss).backward()
        self.optimiser.step()
        return *losses, int((logits.argmax(1) == classes).sum())

    def _diverged(self, what: str) -> str:
        return (
            f"The training diverged in epoch {self.epoch + 1}: its {what} no longer a number; start anew "
            f"with a learning rate below {self.settings.learning_rate:g}. No target was written."
        )

    def _validate(self) -> ValidationScores | None:
        due = self.epoch % self.settings.validation_interval == 0 or self.epoch == self.settings.epochs
        if not due or len(self.held_out) == 0:
            return None
        return score_network(
            self.network, self.settings.profile, self.data, self.held_out, device=self.device
        )


def _fresh_networks(settings: TargetTrainingSettings, classes: int) -> tuple[Network, nn.Linear]:
    """The network and its identity classifier, with random weights that depend on the seed only."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        network = build_network(settings.profile)
        for module in network.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        neck = getattr(network.head, "neck", None)
        if neck is not None:
            neck.bias.requires_grad_(False)
        with torch.no_grad():
            width = network.eval()(torch.zeros(1, 3, *settings.profile.image_size)).shape[1]
        classifier = nn.Linear(width, classes, bias=False)
        nn.init.normal_(classifier.weight, std=0.001)
    return network, classifier
