from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from attrimeter.errors import FitError, SettingsError
from attrimeter.fitting.target.losses import BatchHardTripletLoss
from attrimeter.fitting.target.settings import TargetTrainingSettings
from attrimeter.fitting.target.training import CHECKPOINT, TargetEpochReport, train_target
from attrimeter.pixels import write_image
from attrimeter.targets import PROFILES, open_target
from attrimeter.values import ImageSet

PROFILE = dataclasses.replace(PROFILES["demo"], name="tiny", image_size=(32, 16), width=8)
SETTINGS = TargetTrainingSettings(
    profile=PROFILE, epochs=4, warm_up_epochs=1, batch_images=8, images_per_identity=2, learning_rate=0.01
)


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> ImageSet:
    """Six identities of four images: a colour each for the upper and the lower half, and noise."""
    folder, rng = tmp_path_factory.mktemp("persons"), np.random.default_rng(0)
    colours = rng.integers(0, 200, (6, 2, 3))
    identities = np.repeat(np.arange(1, 7), 4)
    paths = tuple(folder / f"{row}.png" for row in range(len(identities)))
    for path, identity in zip(paths, identities, strict=True):
        halves = np.repeat(colours[identity - 1], 16, axis=0)[:, None]
        write_image(path, (halves + rng.integers(0, 56, (32, 16, 3))).astype(np.uint8))
    return ImageSet(paths, identities, np.tile([1, 1, 2, 2], 6), np.zeros((24, 0), dtype=np.int8))


class Stop:
    """Breaks a run off after an epoch, as Ctrl-C does."""

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch

    def __call__(self, report: TargetEpochReport) -> None:
        if report.epoch == self.epoch:
            raise KeyboardInterrupt


def fingerprint(path: Path) -> str:
    return open_target(path).fingerprint


@pytest.mark.parametrize("pooling", ["gap", "gem"])
@pytest.mark.parametrize("neck", ["batchnorm", "gated_linear"])
def test_a_broken_off_run_ends_exactly_as_an_unbroken_one(
    tmp_path: Path, images: ImageSet, pooling: str, neck: str
) -> None:
    settings = dataclasses.replace(SETTINGS, profile=dataclasses.replace(PROFILE, pooling=pooling, neck=neck))
    unbroken = train_target(images, settings=settings, out_dir=tmp_path / "a")
    with pytest.raises(KeyboardInterrupt):
        train_target(images, settings=settings, out_dir=tmp_path / "b", report=Stop(2))
    torch.manual_seed(12345)
    reports: list[TargetEpochReport] = []
    resumed = train_target(
        images, settings=settings, out_dir=tmp_path / "b", resume=True, report=reports.append
    )
    assert [report.epoch for report in reports] == [3, 4]
    assert fingerprint(resumed) == fingerprint(unbroken)


def test_the_seed_alone_decides(tmp_path: Path, images: ImageSet) -> None:
    short = dataclasses.replace(SETTINGS, epochs=1)
    state = torch.get_rng_state()
    first = fingerprint(train_target(images, settings=short, out_dir=tmp_path / "a"))
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(99)
    assert fingerprint(train_target(images, settings=short, out_dir=tmp_path / "b")) == first
    other = dataclasses.replace(short, seed=1)
    assert fingerprint(train_target(images, settings=other, out_dir=tmp_path / "c")) != first


def test_it_learns_and_reports(tmp_path: Path, images: ImageSet) -> None:
    settings = dataclasses.replace(SETTINGS, epochs=22, erase_probability=0.0, validation_share=0.34)
    reports: list[TargetEpochReport] = []
    path = train_target(images, settings=settings, out_dir=tmp_path, report=reports.append)
    assert reports[-1].identity_loss < 0.7 * reports[0].identity_loss
    assert reports[-1].accuracy > 2 * reports[0].accuracy
    assert [report.epoch for report in reports if report.validation is not None] == [5, 10, 15, 20, 22]
    assert reports[-1].validation is not None
    assert reports[-1].validation.rank1 == 100
    target = open_target(path)
    assert target.profile == PROFILE
    assert target.embed_images(images.paths[:2]).shape == (2, 64)


def test_a_checkpoint_of_another_run_is_refused(tmp_path: Path, images: ImageSet) -> None:
    with pytest.raises(SettingsError, match="no checkpoint"):
        train_target(images, settings=SETTINGS, out_dir=tmp_path, resume=True)
    train_target(images, settings=dataclasses.replace(SETTINGS, epochs=1), out_dir=tmp_path)
    with pytest.raises(SettingsError, match="settings differ"):
        train_target(images, settings=SETTINGS, out_dir=tmp_path, resume=True)
    fewer = images.take(np.arange(20))
    with pytest.raises(SettingsError, match="images differ"):
        train_target(fewer, settings=dataclasses.replace(SETTINGS, epochs=1), out_dir=tmp_path, resume=True)


def test_a_finished_run_can_be_resumed_to_the_same_target(tmp_path: Path, images: ImageSet) -> None:
    settings = dataclasses.replace(SETTINGS, epochs=1)
    path = train_target(images, settings=settings, out_dir=tmp_path)
    before = path.read_bytes()
    path.unlink()
    assert train_target(images, settings=settings, out_dir=tmp_path, resume=True) == path
    assert path.read_bytes() == before


def test_a_loss_that_is_no_number_stops_with_the_last_checkpoint_kept(
    tmp_path: Path, images: ImageSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BatchHardTripletLoss, "__call__", lambda loss, features, _: features.sum() * math.nan)
    with pytest.raises(
        FitError, match="diverged in epoch 1.*learning rate below 0.01.*No target was written"
    ):
        train_target(images, settings=SETTINGS, out_dir=tmp_path)
    assert not (tmp_path / "target.safetensors").exists()
    assert not list(tmp_path.glob(f"{CHECKPOINT}*part"))
