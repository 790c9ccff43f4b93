"""Whatever a person gives: one clear sentence, exit code 2, no traceback, nothing half-written."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
import torch
from PIL import Image

PIXELS = np.random.default_rng(0).integers(0, 256, size=(128, 64, 3), dtype=np.uint8)


def check(answer: Any, *words: str) -> None:
    """One sentence on the error stream that names what matters, and exit code 2."""
    assert answer.code == 2, (answer.code, answer.err)
    sentences = [line for line in answer.err.splitlines() if line.startswith("attrimeter: ")]
    assert len(sentences) == 1 and "Traceback" not in answer.err
    assert answer.err.strip().endswith(sentences[0].strip())
    for word in words:
        assert word in sentences[0], answer.err


def save(path: Path, mode: str) -> None:
    if mode == "I;16":
        Image.fromarray(PIXELS[..., 0].astype(np.uint16) * 257).save(path)
    else:
        Image.fromarray(PIXELS).convert(mode).save(path)


def make_bomb(path: Path) -> None:
    Image.new("RGB", (9000, 9000)).save(path)


MAKERS: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "missing": ("a.jpg", lambda path: None),
    "empty": ("a.jpg", lambda path: path.write_bytes(b"")),
    "text": ("a.jpg", lambda path: path.write_text("this is no picture")),
    "one pixel": ("a.png", lambda path: Image.new("RGB", (1, 1)).save(path)),
    "greyscale": ("a.png", lambda path: save(path, "L")),
    "16 bit": ("a.png", lambda path: save(path, "I;16")),
    "CMYK": ("a.jpg", lambda path: save(path, "CMYK")),
    "alpha": ("a.png", lambda path: save(path, "RGBA")),
    "bomb": ("a.png", make_bomb),
    "folder": ("a.jpg", lambda path: path.mkdir()),
}


@pytest.mark.parametrize("kind", sorted(MAKERS))
def test_an_image_that_cannot_be_used(call: Any, fitted: Path, tmp_path: Path, kind: str) -> None:
    name, make = MAKERS[kind]
    make(tmp_path / name)
    good = tmp_path / "good.png"
    Image.fromarray(PIXELS).save(good)
    figure = tmp_path / "figure.png"
    answer = call("explain", good, tmp_path / name, "--interpreter", fitted, "--figure", figure)
    check(answer, name)
    assert not figure.exists()


def test_a_truncated_image(call: Any, fitted: Path, tmp_path: Path) -> None:
    good, cut = tmp_path / "good.jpg", tmp_path / "cut.jpg"
    Image.fromarray(PIXELS).save(good)
    cut.write_bytes(good.read_bytes()[:700])
    check(call("explain", good, cut, "--interpreter", fitted), "cut.jpg")


def test_a_checkpoint_of_another_architecture(call: Any, rendered_set: Path, tmp_path: Path) -> None:
    path = tmp_path / "vgg.pth"
    torch.save({"features.0.weight": torch.zeros(3, 3), "features.0.bias": torch.zeros(3)}, path)
    check(call("fit", path, rendered_set, "--out", tmp_path / "run"), "vgg.pth")
    check(call("fit", path, rendered_set, "--out", tmp_path / "run", "--profile", "osnet_x0_25"), "vgg.pth")
    assert not (tmp_path / "run").exists()


class Payload:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, (str(self.path),)


def test_a_pickle_with_code_in_it_never_runs(call: Any, rendered_set: Path, tmp_path: Path) -> None:
    harm = tmp_path / "harm"
    torch.save({"state_dict": Payload(harm)}, tmp_path / "a.pth")
    (tmp_path / "b.pth").write_bytes(pickle.dumps(Payload(harm)))
    for name in ("a.pth", "b.pth"):
        check(call("fit", tmp_path / name, rendered_set, "--out", tmp_path / "run"), name)
    assert not harm.exists()


def test_an_interpreter_of_another_target(call: Any, fitted: Path, tmp_path: Path) -> None:
    from attrimeter.targets import PROFILES, build_network, save_network, weights_of

    other = tmp_path / "other.safetensors"
    save_network(other, weights_of(build_network(PROFILES["demo"])), PROFILES["demo"], metric="euclidean")
    image = tmp_path / "a.png"
    Image.fromarray(PIXELS).save(image)
    answer = call("explain", image, image, "--interpreter", fitted, "--target", other)
    check(answer, "was fitted on target", "fingerprint")
    moved = call("explain", image, image, "--interpreter", fitted, "--target", tmp_path / "gone.safetensors")
    check(moved, "gone.safetensors", "--target")


def test_an_attribute_file_that_misses_an_identity(
    call: Any, tiny_target_file: Path, rendered_set: Path, tmp_path: Path
) -> None:
    root = tmp_path / "persons"
    shutil.copytree(rendered_set, root)
    shutil.rmtree(root / "part_masks")
    train = root / "bounding_box_train"
    shutil.copy(next(train.glob("*.jpg")), train / "0900_c1s1_000001_00.jpg")
    words = (
        "fit",
        tiny_target_file,
        root,
        "--out",
        tmp_path / "run",
        "--form",
        "exact",
        "--no-trust",
        "--epochs",
        1,
        "--cache",
        tmp_path / "maps",
    )
    check(call(*words), "900")
    assert call(*words, "--allow-unlabelled").code == 0


def test_a_folder_that_holds_nothing(call: Any, tiny_target_file: Path, fitted: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    check(call("fit", tiny_target_file, tmp_path / "empty", "--out", tmp_path / "run"), "empty")
    check(call("evaluate", fitted, tmp_path / "empty"), "empty")
    check(call("evaluate", fitted, tmp_path / "nowhere"), "nowhere")
    check(call("evaluate", tmp_path / "empty", tmp_path / "empty"), "not an interpreter folder")


def test_a_full_disk_while_saving_keeps_the_old_file(call: Any, fitted: Path, tmp_path: Path) -> None:
    image, figure = tmp_path / "a.png", tmp_path / "figure.png"
    Image.fromarray(PIXELS).save(image)
    figure.write_bytes(b"the old figure")
    with mock.patch("os.fsync", side_effect=OSError(28, "No space left on device")):
        answer = call("explain", image, image, "--interpreter", fitted, "--figure", figure)
    check(answer, "figure.png", "No space left")
    assert figure.read_bytes() == b"the old figure"
    assert not list(tmp_path.glob(".figure*"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_really_full_device_is_told(call: Any, fitted: Path, tmp_path: Path) -> None:
    image = tmp_path / "a.png"
    Image.fromarray(PIXELS).save(image)
    check(call("explain", image, image, "--interpreter", fitted, "--json", "/dev/full/a.json"), "/dev/full")


def test_settings_that_cannot_be(
    call: Any, tiny_target_file: Path, rendered_set: Path, tmp_path: Path
) -> None:
    words = ("fit", tiny_target_file, rendered_set, "--out", tmp_path / "run")
    check(call(*words, "--form", "magic"), "exact, distilled")
    check(call(*words, "--trunk", "stolen"), "frozen, own")
    check(call(*words, "--epochs", 0), "epochs")
    check(call(*words, "--resume"), "checkpoint")
    check(call(*words, "--device", "toaster"), "toaster")
    check(call(*words, "--schema", "nonsense"), "nonsense")
    check(call(*words, "--hidden", 0), "hidden")
    check(call(*words, "--pairs", 0), "pairs")
    check(call(*words, "--form", "exact", "--resume"), "checkpoint")
    check(call("fit", tiny_target_file, "--out", tmp_path / "run", "--form", "distilled"), "labelled images")
    assert not (tmp_path / "run").exists()


def test_a_figure_of_an_unknown_kind(call: Any, fitted: Path, tmp_path: Path) -> None:
    image = tmp_path / "a.png"
    Image.fromarray(PIXELS).save(image)
    answer = call("explain", image, image, "--interpreter", fitted, "--figure", tmp_path / "figure.doc")
    check(answer, ".doc")
