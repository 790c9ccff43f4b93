from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from attrimeter.errors import CheckpointError, SettingsError
from attrimeter.targets import PROFILES, build_network, open_target, save_target
from attrimeter.targets.catalogue import FAMILIES
from attrimeter.targets.checkpoints.inspecting import describe_profile, inspect_checkpoint, list_targets


def osnet_tensors(**changes: Tensor | None) -> dict[str, Tensor]:
    """An OSNet with random weights as torchreid names its tensors."""
    names = {"head.linear.": "fc.0.", "head.norm.": "fc.1.", "backbone.": ""}
    torch.manual_seed(0)
    tensors: dict[str, Tensor | None] = {"classifier.weight": torch.zeros(7, 512)}
    for name, tensor in build_network(PROFILES["osnet_x0_25"]).state_dict().items():
        ours = next(start for start in names if name.startswith(start))
        tensors[names[ours] + name.removeprefix(ours)] = tensor
    return {name: tensor for name, tensor in {**tensors, **changes}.items() if tensor is not None}


def test_every_profile_is_listed_under_its_family() -> None:
    families = list_targets().families
    assert [family.name for family in families] == list(FAMILIES)
    assert [facts.name for family in families for facts in family.profiles] == list(PROFILES)
    assert {family.name: family.unsaid for family in families} == {
        f.name: f.unsaid for f in FAMILIES.values()
    }


def test_profiles_are_found_by_name_family_and_body() -> None:
    def found(word: str) -> set[str]:
        return {facts.name for family in list_targets(word).families for facts in family.profiles}

    assert found("x0_25") >= {"osnet_x0_25"} and "osnet_x0_5" not in found("x0_25")
    assert found("TORCHREID") >= {name for name, profile in PROFILES.items() if profile.source == "torchreid"}
    assert found("resnet18") >= {"resnet18", "demo"} and "resnet34" not in found("resnet18")
    with pytest.raises(SettingsError, match="No profile has 'no such word'"):
        found("no such word")


def test_a_profile_in_words() -> None:
    profile = replace(
        PROFILES["resnet50"], norm="ibn_a", non_local=(0, 2, 3, 0), stem_pool_ceil=True, stem_relu=False,
        last_stride=2, pooling="gem3", neck="gated_linear", linear_size=256, normalise=True,
        pixel_mean=(0.5, 0.5, 0.25),
    )  # fmt: skip
    facts = describe_profile(profile)
    assert facts.body == "resnet50, IBN-a, non-local blocks 0-2-3-0"
    assert (facts.stem, facts.last_stride) == ("no ReLU, ceil", "2")
    assert (facts.pooling, facts.neck, facts.normalised) == ("GeM3", "fc256, BN, ReLU", True)
    assert facts.pixels == "mean 0.500 0.500 0.250 and deviation 0.229 0.224 0.225"
    assert facts.fields["stem_pool_ceil"] is True
    osnet = describe_profile(PROFILES["osnet_x1_0"])
    assert (osnet.stem, osnet.last_stride, osnet.pixels) == ("", "", "ImageNet")
    assert describe_profile(PROFILES["demo"]).stem == "ReLU, no pool"


@pytest.mark.parametrize("name", PROFILES)
def test_no_word_of_a_profile_is_left_raw(name: str) -> None:
    profile, facts = PROFILES[name], describe_profile(PROFILES[name])
    assert facts.pooling != profile.pooling or profile.pooling == "max"
    assert facts.neck != profile.neck or profile.neck == "none"


def test_a_wrapped_torchreid_file(tmp_path: Path) -> None:
    tensors = {f"module.{name}": tensor for name, tensor in osnet_tensors().items()}
    torch.save({"state_dict": tensors, "epoch": 60, "rank1": 0.9}, tmp_path / "w.pth")
    report = inspect_checkpoint(tmp_path / "w.pth")
    assert (report.kind, report.wrapper, report.prefix) == ("torch", "state_dict", "module.")
    assert report.extra == {"epoch": "60", "rank1": "0.9"}
    assert report.tensors == len(tensors) and report.size == (tmp_path / "w.pth").stat().st_size
    floats = [tensor for tensor in tensors.values() if tensor.is_floating_point()]
    assert report.parameters == sum(tensor.numel() for tensor in floats)
    assert report.kinds == {"float32": len(floats), "int64": len(tensors) - len(floats)}
    (fit,) = report.fits
    assert report.opens and fit.facts.name == "osnet_x0_25" and fit.left_out == ("classifier.weight",)
    assert report.carried == "" and report.nearest is None
    assert "fc512, BN, ReLU" in " ".join(fit.seen) and "256 x 128, bilinear" in " ".join(fit.trusted)
    assert open_target(tmp_path / "w.pth").profile.name == fit.facts.name


def test_a_file_that_carries_its_profile(tmp_path: Path, tiny_target_file: Path) -> None:
    save_target(tmp_path / "t.safetensors", open_target(tiny_target_file, metric="cosine"))
    report = inspect_checkpoint(tmp_path / "t.safetensors")
    assert (report.kind, report.carried, report.metric) == ("safetensors", "demo", "cosine")
    (fit,) = report.fits
    assert report.opens and fit.facts.name == "demo" and fit.unsaid == "" and fit.left_out == ()
    assert "stem ReLU, no pool" in fit.trusted and "last stride 1" in fit.trusted


def test_what_weights_do_not_tell_is_a_choice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    twins = (PROFILES["osnet_x0_25"], replace(PROFILES["osnet_x0_25"], name="twin", metric="cosine"))
    family = replace(FAMILIES["torchreid"], candidates=lambda _: twins, unsaid="The metric.")
    monkeypatch.setitem(FAMILIES, "torchreid", family)
    torch.save(osnet_tensors(), tmp_path / "w.pth")
    report = inspect_checkpoint(tmp_path / "w.pth")
    assert [fit.facts.name for fit in report.fits] == ["osnet_x0_25", "twin"] and not report.opens
    assert {fit.unsaid for fit in report.fits} == {"The metric."}


def test_what_keeps_the_nearest_from_fitting(tmp_path: Path) -> None:
    changes = {"conv1.bn.bias": None, "extra": torch.ones(1), "fc.0.bias": torch.ones(512, dtype=torch.int64)}
    torch.save(osnet_tensors(**changes), tmp_path / "w.pth")
    report = inspect_checkpoint(tmp_path / "w.pth")
    assert not report.opens and not report.fits and report.nearest is not None
    assert report.nearest.name == "osnet_x0_25"
    assert report.nearest.missing == ("backbone.conv1.bn.bias",)
    assert report.nearest.left_over == ("backbone.extra",)
    assert report.nearest.unfit == ("head.linear.bias is not a plain floating-point tensor but int64",)


def test_foreign_names_have_no_nearest(tmp_path: Path) -> None:
    torch.save({name: torch.ones(1) for name in ("a", "b\n", "c", "d")}, tmp_path / "w.pth")
    report = inspect_checkpoint(tmp_path / "w.pth")
    assert report.nearest is None and not report.opens and report.first_names == ("a", "b\\n", "c")


def test_a_file_of_ours_whose_tensors_are_not_its_profiles(tmp_path: Path, tiny_target_file: Path) -> None:
    from attrimeter.targets.checkpoints.reading import read_checkpoint

    whole = read_checkpoint(tiny_target_file)
    kept = {name: tensor for name, tensor in whole.tensors.items() if not name.startswith("head.")}
    save_file(kept, tmp_path / "t.safetensors", metadata=whole.metadata)
    report = inspect_checkpoint(tmp_path / "t.safetensors")
    assert not report.opens and report.carried == "demo" and report.nearest is not None
    assert report.nearest.name == "demo" and report.nearest.missing[0].startswith("head.neck.")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_fitting_file_with_broken_values_does_not_open(tmp_path: Path, value: float) -> None:
    torch.save(osnet_tensors(**{"fc.0.bias": torch.full((512,), value)}), tmp_path / "w.pth")
    report = inspect_checkpoint(tmp_path / "w.pth")
    assert report.fits[0].broken == ("head.linear.bias",) and not report.opens
    with pytest.raises(CheckpointError):
        open_target(tmp_path / "w.pth")


def test_an_unreadable_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="cannot be read"):
        inspect_checkpoint(tmp_path / "gone.pth")
