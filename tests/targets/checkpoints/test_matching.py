from __future__ import annotations

import re
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from attrimeter.errors import CheckpointError
from attrimeter.targets.catalogue import FAMILIES, PROFILES
from attrimeter.targets.checkpoints import matching
from attrimeter.targets.checkpoints.matching import (
    check_fit,
    dropped_names,
    match_profile,
    nearest_profile,
    recognise_profile,
    rename_tensors,
)
from attrimeter.targets.network import build_network


def torchreid_tensors(name: str) -> dict[str, Tensor]:
    """The tensors as torchreid names them, counters and classifier included."""
    with torch.device("meta"):
        network = build_network(PROFILES[name])
        tensors = {
            full.replace("backbone.", "").replace("head.linear", "fc.0").replace("head.norm", "fc.1"): tensor
            for full, tensor in network.state_dict().items()
        }
        return {**tensors, "classifier.weight": torch.zeros(751, 512)}


def own_tensors(name: str) -> dict[str, Tensor]:
    with torch.device("meta"):
        return dict(build_network(PROFILES[name]).state_dict())


@pytest.mark.parametrize("name", ["osnet_x0_25", "osnet_x0_5", "osnet_x0_75", "osnet_x1_0"])
def test_osnets_are_recognised_by_their_widths(name: str) -> None:
    assert recognise_profile(torchreid_tensors(name), path="w.pth").name == name


def test_the_demo_network_is_recognised_by_its_width() -> None:
    assert recognise_profile(own_tensors("demo"), path="w.pth").name == "demo"


def test_what_weights_do_not_tell_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    profiles = (PROFILES["resnet18"], replace(PROFILES["resnet18"], name="twin", metric="cosine"))
    monkeypatch.setitem(
        FAMILIES, "attrimeter", replace(FAMILIES["attrimeter"], candidates=lambda _: profiles)
    )
    with pytest.raises(CheckpointError, match=r"several profiles \(resnet18, twin\)"):
        recognise_profile(own_tensors("resnet18"), path="w.pth")


def test_another_architecture_names_the_nearest() -> None:
    tensors = torchreid_tensors("osnet_x0_25")
    tensors["conv2.0.IN.weight"] = torch.ones(64)
    with pytest.raises(
        CheckpointError, match=r"osnet_x0_25, differs in 1 tensor \(backbone.conv2.0.IN.weight is unexpected"
    ):
        recognise_profile(tensors, path="w.pth")


def test_counters_and_the_classifier_are_dropped() -> None:
    renamed = rename_tensors(torchreid_tensors("osnet_x0_25"), PROFILES["osnet_x0_25"])
    assert not [name for name in renamed if "classifier" in name or "num_batches" in name]
    check_fit(renamed, PROFILES["osnet_x0_25"], path="w.pth")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"conv1.conv.weight": None}, r"1 tensors do not fit \(backbone.conv1.conv.weight is missing\)"),
        ({"extra.weight": torch.ones(1)}, r"1 tensors do not fit \(backbone.extra.weight is unexpected\)"),
        ({"fc.0.bias": torch.ones(3)}, r"head.linear.bias has shape \(3,\) instead of \(512,\)"),
        ({"fc.0.bias": torch.ones(512, dtype=torch.int64)}, "head.linear.bias is not a plain floating-point"),
        ({"fc.0.bias": torch.ones(512).to_sparse()}, "head.linear.bias is not a plain floating-point"),
        ({f"x{i}": torch.ones(1) for i in range(9)}, r"9 tensors do not fit \(.*; \.\.\.\)"),
    ],
)
def test_misfits_are_named(change: dict[str, Tensor | None], said: str) -> None:
    tensors = {**torchreid_tensors("osnet_x0_25"), **change}
    given = rename_tensors({k: v for k, v in tensors.items() if v is not None}, PROFILES["osnet_x0_25"])
    with pytest.raises(CheckpointError, match=said):
        check_fit(given, PROFILES["osnet_x0_25"], path="w.pth")


def test_foreign_names_are_told() -> None:
    with pytest.raises(CheckpointError, match=r"no known family of models \(the first is decoder.weight\)"):
        recognise_profile({"decoder.weight": torch.ones(1)}, path="w.pth")


def test_two_names_for_one_tensor_are_refused_not_overwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    rename = FAMILIES["torchreid"].rename
    family = replace(
        FAMILIES["torchreid"], rename=lambda name, profile: rename(name.replace("twin.", "fc.0."), profile)
    )
    monkeypatch.setitem(FAMILIES, "torchreid", family)
    tensors = {**torchreid_tensors("osnet_x0_25"), "twin.bias": torch.zeros(512)}
    said = r"head\.linear\.bias is there more than once, as fc\.0\.bias, twin\.bias"
    with pytest.raises(CheckpointError, match=said):
        rename_tensors(tensors, PROFILES["osnet_x0_25"])
    (misfit,) = match_profile(tensors, PROFILES["osnet_x0_25"]).misfits
    assert re.match(said, misfit)


def test_a_match_says_what_is_missing_left_over_and_unfit() -> None:
    tensors = torchreid_tensors("osnet_x0_25")
    del tensors["conv1.bn.bias"]
    tensors |= {"extra": torch.ones(1), "fc.0.bias": torch.ones(3)}
    match = match_profile(tensors, PROFILES["osnet_x0_25"])
    assert match.missing == ("backbone.conv1.bn.bias",)
    assert match.left_over == ("backbone.extra",)
    assert match.unfit == ("head.linear.bias has shape (3,) instead of (512,)",)
    assert len(match.misfits) == 3


def test_the_names_that_are_left_out_knowingly() -> None:
    tensors = {**torchreid_tensors("osnet_x0_25"), "classifier.bias": torch.zeros(751)}
    assert dropped_names(tensors, PROFILES["osnet_x0_25"]) == ["classifier.weight", "classifier.bias"]


def test_the_nearest_profile_of_all_families_is_found() -> None:
    tensors = torchreid_tensors("osnet_x0_5")
    del tensors["conv1.conv.weight"]
    tensors = {name: tensor for name, tensor in tensors.items() if not name.startswith("fc.")}
    nearest = nearest_profile(tensors)
    assert nearest is not None and nearest.profile.name == "osnet_x0_5"
    assert "backbone.conv1.conv.weight" in nearest.missing
    assert nearest_profile({"decoder.weight": torch.ones(1)}) is None


def test_no_profile_is_too_small_to_be_near() -> None:
    assert min(len(matching._skeleton(profile)) for profile in PROFILES.values()) >= matching._FEWEST
