from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from attrimeter.errors import CheckpointError
from attrimeter.targets import PROFILES, Target, open_target
from attrimeter.targets.checkpoints.matching import (
    check_fit,
    compare_profiles,
    match_profile,
    recognise_profile,
    rename_tensors,
)
from attrimeter.targets.families.fastreid import FAMILY
from targets.families.plain_fastreid import (
    MODELS,
    PIXEL_MEAN,
    PIXEL_STD,
    Model,
    fastreid_shapes,
    fastreid_weights,
    plain_fastreid,
)
from targets.plain_resnet import Shapes, in_double, plain_normalise, relative_difference

SMALL = (96, 32)
BOTH_POOLS = {"2020_09": "2020_11", "2020_11": "2020_09"}
BY_SIZE = {"agw": "sbs", "sbs": "agw"}
"""Of before September 2020."""

COMPUTED = [
    Model("bot", ""),
    Model("agw", "2020_08", ibn=True),
    Model("agw", ""),
    Model("sbs", "2020_09"),
    Model("sbs", "2020_11", ibn=True),
    Model("sbs", "", depth=101, ibn=True),
    Model("amd", "2020_08"),
    Model("mgn", "2020_08"),
    Model("mgn", "", ibn=True),
]
"""Every kind, every era, every part of a body and of a head; the rest differs in depth and in names."""

Tensors = dict[str, Tensor]


def of_shapes(shapes: Shapes) -> Tensors:
    """Tensors of which only the pixels have values."""
    tensors = {name: torch.empty(shape, device="meta") for name, shape in shapes.items()}
    pixels = {"pixel_mean": torch.tensor(PIXEL_MEAN), "pixel_std": torch.tensor(PIXEL_STD)}
    return tensors | {name: tensor for name, tensor in pixels.items() if name in tensors}


def twins_of(model: Model) -> set[str]:
    """The profiles that a checkpoint does not tell apart."""
    same = {model.profile}
    if model.era in BOTH_POOLS and model.kind not in ("agw", "sbs"):
        same.add(model._replace(era=BOTH_POOLS[model.era]).profile)
    if model.era == "2020_09" and model.kind in ("agw", "sbs"):
        same.add(model._replace(era="2020_11").profile)
    if model.era == "2020_08" and model.kind in BY_SIZE:
        same.add(model._replace(kind=BY_SIZE[model.kind]).profile)
    return same


def test_every_profile_is_tested() -> None:
    assert {model.profile for model in MODELS} == {profile.name for profile in FAMILY.profiles}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.profile)
def test_the_names_and_shapes_of_a_checkpoint_tell_its_profile(model: Model) -> None:
    tensors = of_shapes(fastreid_shapes(model))
    assert {profile.name for profile in FAMILY.candidates(tensors)} == twins_of(model)
    fitting = {match.profile.name for match in compare_profiles(tensors) if not match.misfits}
    assert fitting == twins_of(model)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.profile)
def test_a_profile_says_how_its_model_is_fed_and_compared(model: Model) -> None:
    profile = PROFILES[model.profile]
    assert profile.image_size == model.image_size
    assert profile.interpolation == "bicubic"
    assert profile.last_stride == 1
    assert profile.stem_relu and profile.stem_pool
    assert profile.stem_pool_ceil == (model.stem_pool == "ceil")
    assert profile.metric == ("euclidean" if model.kind == "amd" else "cosine")


def write_checkpoint(path: Path, tensors: Tensors) -> Path:
    torch.save({"model": tensors, "epoch": 59}, path)
    return path


def make_images() -> Tensor:
    return torch.randn(2, 3, *SMALL, generator=torch.Generator().manual_seed(3))


@torch.no_grad()
def maps_and_embeddings(target: Target) -> tuple[Tensor, Tensor]:
    maps = target.backbone(make_images())
    return maps, target.head.embed(maps)


@torch.no_grad()
def expected_embeddings(
    model: Model, tensors: Tensors, *, images: Tensor | None = None, stem_pool: str = ""
) -> Tensor:
    images = make_images() if images is None else images
    plain = plain_fastreid(images.double(), in_double(tensors), model, stem_pool=stem_pool)
    return plain if model.kind == "amd" else plain_normalise(plain)


@pytest.mark.parametrize("model", COMPUTED, ids=lambda model: model.profile)
def test_a_checkpoint_gives_the_embedding_of_the_plain_computation(tmp_path: Path, model: Model) -> None:
    tensors = fastreid_weights(model, seed=2)
    path = write_checkpoint(tmp_path / "model.pth", tensors)
    is_told = len(twins_of(model)) == 1
    target = open_target(path, profile=None if is_told else model.profile)
    path.unlink()  # large
    assert target.profile.name == model.profile
    last, embeddings = maps_and_embeddings(target)
    assert relative_difference(embeddings, expected_embeddings(model, tensors)) < 1e-5
    assert embeddings.std(dim=0).max() > 0.01 * embeddings.abs().max()
    partition = torch.randn(2, 3, *last.shape[2:]).softmax(dim=1)
    with torch.no_grad():
        parts, bias = target.head.split(last, partition)
    assert relative_difference(parts.sum(dim=1) + bias, embeddings.double()) < 1e-5


def test_pictures_are_fed_as_fastreid_feeds_them(tmp_path: Path) -> None:
    model = Model("bot", "")
    tensors = fastreid_weights(model)
    target = open_target(write_checkpoint(tmp_path / "model.pth", tensors))
    picture = np.random.default_rng(0).integers(0, 256, (140, 60, 3), dtype=np.uint8)
    height, width = model.image_size
    resized = np.asarray(Image.fromarray(picture).resize((width, height), Image.Resampling.BICUBIC))
    pixels = (resized.astype(np.float64) - np.array(PIXEL_MEAN)) / np.array(PIXEL_STD)
    images = torch.from_numpy(pixels).permute(2, 0, 1)[None]
    expected = expected_embeddings(model, tensors, images=images)
    assert relative_difference(torch.from_numpy(target.embed_images([picture])), expected) < 1e-5


def test_the_two_max_pools_are_not_told_apart_but_by_name(tmp_path: Path) -> None:
    padded, ceiled = Model("bot", "2020_09"), Model("bot", "2020_11")
    tensors = fastreid_weights(padded)
    path = write_checkpoint(tmp_path / "model.pth", tensors)
    with pytest.raises(
        CheckpointError, match=r"fit several profiles .*_2020_11, .*_2020_09.*say which with --profile"
    ):
        open_target(path)
    found = {}
    for model in (padded, ceiled):
        found[model] = maps_and_embeddings(open_target(path, profile=model.profile))[1]
        expected = expected_embeddings(model, tensors, stem_pool=model.stem_pool)
        assert relative_difference(found[model], expected) < 1e-5
    assert relative_difference(found[padded], found[ceiled].double()) > 0.01


@pytest.mark.parametrize(
    ("given", "profile", "message"),
    [
        (Model("bot", "2020_08"), "fastreid_bot_r50", "heads.bnneck.weight is unexpected"),
        (Model("bot", "2020_11"), "fastreid_bot_r50", "heads.classifier.weight is unexpected"),
        (Model("bot", ""), "fastreid_bot_r50_2020_11", "heads.weight is unexpected"),
        (Model("sbs", "", ibn=True), "fastreid_sbs_r50", "bn1.IN.weight is unexpected"),
        (Model("sbs", ""), "fastreid_agw_r50", "heads.pool_layer.p is unexpected"),
        (Model("mgn", "2020_08"), "fastreid_mgn_r50", "b1_pool.0.p is unexpected"),
        (Model("mgn", ""), "fastreid_mgn_r50_2020_08", "head.necks.b1.gated_norm.weight is missing"),
        (Model("mgn", ""), "fastreid_sbs_r50", "backbone.conv1.weight is missing"),
    ],
    ids=lambda value: value.profile if isinstance(value, Model) else None,
)
def test_another_profile_is_refused_by_the_names_of_tensors(given: Model, profile: str, message: str) -> None:
    tensors = of_shapes(fastreid_shapes(given))
    chosen = FAMILY.complete(PROFILES[profile], tensors)
    assert any(message in misfit for misfit in match_profile(tensors, chosen).misfits)
    with pytest.raises(CheckpointError, match=f"not a checkpoint of {profile}: .*is (missing|unexpected)"):
        check_fit(rename_tensors(tensors, chosen), chosen, path="model.pth")


def test_an_old_checkpoint_is_refused_under_a_new_profile(tmp_path: Path) -> None:
    path = write_checkpoint(tmp_path / "model.pth", fastreid_weights(Model("bot", "2020_08")))
    with pytest.raises(CheckpointError, match=r"head.neck.weight is missing; head.neck.bias is missing"):
        open_target(path, profile="fastreid_bot_r50")


def test_a_checkpoint_without_its_neck_is_refused() -> None:
    tensors = of_shapes(fastreid_shapes(Model("bot", "")))
    tensors = {name: tensor for name, tensor in tensors.items() if "bottleneck" not in name}
    with pytest.raises(
        CheckpointError, match=r"nearest, fastreid_bot_r50, differs .*head.neck.weight is missing"
    ):
        recognise_profile(tensors, path="model.pth")


def test_without_the_classifier_the_last_two_eras_are_alike() -> None:
    tensors = of_shapes(fastreid_shapes(Model("bot", "")))
    del tensors["heads.weight"]
    found = {profile.name for profile in FAMILY.candidates(tensors)}
    assert found == {f"fastreid_bot_r50{suffix}" for suffix in ("", "_2020_11", "_2020_09")}


def test_the_classifier_may_have_any_form_of_its_time() -> None:
    tensors = of_shapes(fastreid_shapes(Model("bot", "2020_08")))
    tensors |= {"heads.classifier.weight": torch.empty(751, 2048), "heads.classifier.t": torch.empty(1)}
    assert recognise_profile(tensors, path="model.pth").name == "fastreid_bot_r50_2020_08"
    tensors["heads.classifierhead"] = torch.empty(1)
    with pytest.raises(CheckpointError, match="heads.classifierhead is unexpected"):
        recognise_profile(tensors, path="model.pth")


@pytest.mark.parametrize("wide", [False, True])
def test_the_width_of_non_local_blocks_is_read(wide: bool) -> None:
    tensors = of_shapes(fastreid_shapes(Model("sbs", "2020_11"), wide_non_local=wide))
    fitting = {match.profile.name for match in compare_profiles(tensors) if not match.misfits}
    late, early = "fastreid_sbs_r50_2020_11", "fastreid_sbs_r50_2020_09"
    assert fitting == ({late, early} if wide else {late})
    for name in (late, early):
        assert not match_profile(tensors, PROFILES[name]).misfits


def test_any_width_of_non_local_blocks_is_read() -> None:
    tensors = of_shapes(fastreid_shapes(Model("sbs", "")))
    for name, tensor in tensors.items():
        if ".NL_" in name and ".W.1." not in name:
            tensors[name] = torch.empty(
                [6 if size == 1 and i < 2 else size for i, size in enumerate(tensor.shape)]
            )
    assert recognise_profile(tensors, path="model.pth").non_local_width == 6


def test_stored_pixels_that_agree_leave_the_profile_as_it_is() -> None:
    tensors = of_shapes(fastreid_shapes(Model("bot", "2020_08")))
    known = PROFILES["fastreid_bot_r50_2020_08"]
    assert recognise_profile(tensors, path="model.pth") == known
    del tensors["pixel_mean"], tensors["pixel_std"]  # before May 2020
    assert recognise_profile(tensors, path="model.pth") == known


def test_stored_pixels_that_differ_are_taken_over() -> None:
    tensors = of_shapes(fastreid_shapes(Model("bot", "2020_08")))
    tensors |= {"pixel_mean": torch.full((1, 3, 1, 1), 127.5), "pixel_std": torch.full((1, 3, 1, 1), 51.0)}
    profile = recognise_profile(tensors, path="model.pth")
    assert profile.pixel_mean == pytest.approx((0.5, 0.5, 0.5))
    assert profile.pixel_std == pytest.approx((0.2, 0.2, 0.2))
    assert profile.name == "fastreid_bot_r50_2020_08"


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        (torch.zeros(1), "one finite floating-point number for each"),
        (torch.zeros(3, dtype=torch.int64), "one finite floating-point number for each"),
        (torch.zeros(3), "deviation"),
        (torch.full((3,), float("nan")), "one finite floating-point number for each"),
    ],
)
def test_stored_pixels_that_cannot_be_are_refused(stored: Tensor, message: str) -> None:
    tensors = of_shapes(fastreid_shapes(Model("bot", "2020_08"))) | {"pixel_std": stored}
    with pytest.raises(CheckpointError, match=message):
        recognise_profile(tensors, path="model.pth")
