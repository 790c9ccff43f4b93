"""A user's own code on the command line's terms: found, run, filled, and every failure in one sentence."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from attrimeter.errors import CheckpointError, SettingsError
from attrimeter.targets.own_code import build_target, is_builder

CODE = """
import torch
from torch import nn

from attrimeter.targets import Target


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer4 = nn.Conv2d(3, 5, 8, 8)
        self.neck = nn.BatchNorm1d(5)

    def forward(self, images):
        return self.neck(self.layer4(images).mean((2, 3)))


def build():
    torch.manual_seed(0)
    return Target.from_module(Net(), pooling="gap", neck="neck", input_size=(32, 16))


def build_module():
    return Net()


def centre():
    class Centred(Net):
        def forward(self, images):
            embeddings = super().forward(images)
            return embeddings - embeddings.mean(dim=0)

    return Target.from_module(Centred(), pooling="gap", neck="neck", input_size=(32, 16))


def leave():
    raise SystemExit("for good")


def fail():
    raise KeyError("no such\\nthing")
"""


@pytest.fixture(autouse=True)
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of the code, as the current one."""
    package = tmp_path / "ownpackage"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "models.py").write_text(CODE)
    (package / "broken.py").write_text("import a_package_that_is_nowhere\n")
    (package / "left.py").write_text("raise SystemExit\n")
    (package / "faulty.py").write_text("x = 1 / 0\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    before = list(sys.path)
    yield tmp_path
    assert sys.path == before
    for name in [name for name in sys.modules if name.partition(".")[0] == "ownpackage"]:
        del sys.modules[name]


def test_builders_are_told_from_files(tmp_path: Path) -> None:
    assert is_builder("models:build") and is_builder("my_package.sub.models:build_2")
    for text in (
        "model.pth",
        "runs/models:build",
        "models",
        ":build",
        "models:",
        "1models:build",
        "a:b:c",
        "",
    ):
        assert not is_builder(text)
    (tmp_path / "odd:name").touch()
    assert not is_builder("odd:name")


def test_the_function_is_run_and_gives_its_name() -> None:
    target = build_target("ownpackage.models:build")
    assert target.profile.name == "ownpackage.models:build" and target.is_exact
    assert target.fingerprint == build_target("ownpackage.models:build", device="cpu").fingerprint


def test_weights_go_into_the_module_strictly(tmp_path: Path) -> None:
    shapes = build_target("ownpackage.models:build").backbone.module.state_dict()
    state = {name: torch.rand(value.shape) for name, value in shapes.items() if value.is_floating_point()}
    torch.save({"state_dict": state}, "w.pth")
    target = build_target("ownpackage.models:build", weights="w.pth")
    assert target.fingerprint != build_target("ownpackage.models:build").fingerprint
    assert torch.equal(target.backbone.module.layer4.weight, state["layer4.weight"])
    assert target.is_exact
    torch.save({name: value for name, value in state.items() if name != "neck.bias"}, "w.pth")
    with pytest.raises(CheckpointError, match=r"w.pth are not those of Net.*neck.bias is missing"):
        build_target("ownpackage.models:build", weights="w.pth")


@pytest.mark.parametrize(
    ("builder", "told"),
    [
        ("nowhere.models:build", "no module nowhere to import nowhere.models:build from"),
        ("ownpackage.nothing:build", "no module ownpackage.nothing to import"),
        ("ownpackage.models:biuld", "has no function biuld; there are build"),
        ("ownpackage.models:fail", "fail failed with KeyError at .*models.py, line 41: 'no such"),
        ("ownpackage.models:leave", "leave failed with SystemExit at .*models.py, line 37: for good"),
        ("ownpackage.left:build", "Importing ownpackage.left failed with SystemExit .*left.py, line 1"),
        ("ownpackage.broken:build", "Importing ownpackage.broken failed with ModuleNotFoundError .*nowhere"),
        (
            "ownpackage.faulty:build",
            "Importing ownpackage.faulty failed with ZeroDivisionError .*faulty.py, line 1",
        ),
    ],
)
def test_what_fails_is_told_in_one_sentence(builder: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told) as error:
        build_target(builder)
    assert "\n" not in str(error.value)


def test_what_is_refused_of_a_target_is_told_as_it_is() -> None:
    with pytest.raises(CheckpointError, match="^The embedding that Centred gives .* depends on the others"):
        build_target("ownpackage.models:centre")


def test_anything_but_a_target_is_refused() -> None:
    with pytest.raises(CheckpointError, match="build_module returned a Net, and a target is needed"):
        build_target("ownpackage.models:build_module")
