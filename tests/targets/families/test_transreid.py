from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from attrimeter.errors import CheckpointError
from attrimeter.targets import PROFILES, Target, open_target, save_target
from attrimeter.targets.checkpoints.inspecting import inspect_checkpoint
from attrimeter.targets.families import transreid
from targets.golden import make_pictures
from targets.plain_resnet import (
    Weights,
    in_double,
    plain_normalise,
    random_weights,
    relative_difference,
    zero_weights,
)
from targets.plain_transformer import Size, plain_transreid, transreid_shapes

SMALL = (96, 48)
"""6 x 3 patches at a stride of 16, 7 x 3 at 12."""
MODELS = {
    "transreid_vit": (Size(), {}),
    "transreid_vit_small": (
        Size(width=192, expansion=3, qkv_bias=False),
        {"head_size": 96, "scale": 768**-0.5},
    ),
    "transreid_jpm": (Size(), {"shift": 5}),
    "transreid_jpm_vehicle": (Size(), {"shift": 8}),
    "transreid_jpm_deit_vehicle": (Size(), {"shift": 8}),
}


def weights_of(name: str, size: Size, *, cameras: int = 0) -> dict[str, Tensor]:
    return random_weights(transreid_shapes(size, jigsaw="jpm" in name, cameras=cameras))


def expected(name: str, inputs: Tensor, weights: Weights, size: Size, *, stride: int = 16) -> Tensor:
    settings = {"head_size": 64, "scale": 64**-0.5, **MODELS[name][1]}
    found = plain_transreid(inputs.double(), in_double(weights), size, stride=stride, **settings)
    return plain_normalise(found)


def open_weights(weights: Weights, folder: Path, **options: object) -> Target:
    """As TransReID saves a model that several GPUs trained."""
    torch.save({f"module.{name}": tensor for name, tensor in weights.items()}, folder / "w.pth")
    return open_target(folder / "w.pth", **options)  # type: ignore[arg-type]


@torch.no_grad()
def embed(target: Target, inputs: Tensor) -> Tensor:
    return target.head.embed(target.backbone(inputs))


def inputs_of(size: tuple[int, int]) -> Tensor:
    return torch.randn(2, 3, *size, generator=torch.Generator().manual_seed(5))


@pytest.mark.parametrize(("stride", "patches"), [(16, 18), (12, 21)])
@pytest.mark.parametrize("name", MODELS)
def test_embeds_as_the_plain_computation(name: str, stride: int, patches: int, tmp_path: Path) -> None:
    """With an odd number of patches too, of which the jigsaw takes one twice."""
    size = MODELS[name][0]._replace(patches=patches)
    weights = weights_of(name, size, cameras=6)
    target = open_weights(weights, tmp_path, profile=name, input_size=SMALL)
    assert target.profile.patch_stride == stride and target.map_size == (patches // 3, 3)
    found = embed(target, inputs_of(SMALL))
    assert relative_difference(found, expected(name, inputs_of(SMALL), weights, size, stride=stride)) < 1e-5
    assert found.std(dim=0).max() > 1e-3


GRIDS = [
    ((256, 128), 16, 128), ((256, 128), 12, 210), ((256, 128), 11, 242),
    ((384, 128), 16, 192), ((384, 128), 12, 310), ((256, 256), 16, 256), ((256, 256), 12, 441),
]  # fmt: skip


@pytest.mark.parametrize(("size", "stride", "patches"), GRIDS)
def test_positions_tell_the_size_and_the_stride(
    size: tuple[int, int], stride: int, patches: int, tmp_path: Path
) -> None:
    narrow = Size(width=64, depth=2, patches=patches)
    target = open_weights(weights_of("transreid_vit", narrow), tmp_path)
    profile = target.profile
    assert (profile.image_size, profile.patch_stride) == (size, stride)
    assert (profile.width, profile.depth, profile.name) == (64, 2, "transreid_vit")
    save_target(tmp_path / "t.safetensors", target)
    assert open_target(tmp_path / "t.safetensors").fingerprint == target.fingerprint


def test_a_size_that_the_positions_do_not_have_is_refused(tmp_path: Path) -> None:
    weights = weights_of("transreid_vit", Size(width=64, depth=2, patches=128))
    with pytest.raises(
        CheckpointError, match=r"positions has shape \(1, 129, 64\) instead of \(1, 257, 64\)"
    ):
        open_weights(weights, tmp_path, input_size=(256, 256))


def test_a_size_that_nobody_published_is_asked_for(tmp_path: Path) -> None:
    weights = weights_of("transreid_vit", Size(width=64, depth=2, patches=24 * 12))
    for profile in (None, "transreid_vit"):
        with pytest.raises(CheckpointError, match="another size: say --input-size HEIGHTxWIDTH"):
            open_weights(weights, tmp_path, profile=profile)
    assert open_weights(weights, tmp_path, input_size=(384, 192)).map_size == (24, 12)


HOSTILE: dict[str, dict[str, Tensor | None]] = {
    "positions of one dimension": {"base.pos_embed": torch.ones(129)},
    "positions of none": {"base.pos_embed": torch.ones(())},
    "no position": {"base.pos_embed": torch.ones(1, 0, 64)},
    "no channel": {"base.pos_embed": torch.ones(1, 129, 0)},
    "positions of many dimensions": {"base.pos_embed": torch.ones(1, 1, 1, 129, 64)},
    "a wide one": {"base.pos_embed": torch.ones(1, 2, 10**6)},
    "another width": {"base.pos_embed": torch.ones(1, 129, 65)},
    "no class token": {"base.cls_token": None},
    "a block far off": {"base.blocks.999.norm1.weight": torch.ones(64)},
    "a block of many digits": {f"base.blocks.{'9' * 5000}.norm1.weight": torch.ones(64)},
    "a block twice": {"base.blocks.01.norm1.weight": torch.ones(64)},
    "too many blocks": {f"base.blocks.{number}.norm1.weight": torch.ones(64) for number in range(2, 999)},
    "a weight of text": {"base.patch_embed.proj.weight": torch.ones(64, 3, 16)},
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("profile", [None, "transreid_vit", "transreid_jpm"])
def test_hostile_tensors_end_in_one_sentence(kind: str, profile: str | None, tmp_path: Path) -> None:
    weights = zero_weights(transreid_shapes(Size(width=64, depth=2, patches=128)))
    weights = {name: tensor for name, tensor in {**weights, **HOSTILE[kind]}.items() if tensor is not None}
    torch.save(weights, tmp_path / "w.pth")
    inspect_checkpoint(tmp_path / "w.pth")
    with pytest.raises(CheckpointError) as caught:
        open_target(tmp_path / "w.pth", profile=profile)
    said = str(caught.value).replace(str(tmp_path), "")
    assert said.isprintable() and len(said) < 600


@pytest.mark.parametrize("name", [name for name in MODELS if "vehicle" not in name])
def test_names_and_shapes_tell_the_model(name: str, tmp_path: Path) -> None:
    size = MODELS[name][0]._replace(width=192, depth=2, patches=128)
    assert open_weights(weights_of(name, size), tmp_path).profile.name == name


def test_vehicles_are_asked_about(tmp_path: Path) -> None:
    weights = weights_of("transreid_jpm", Size(width=64, depth=2, patches=256))
    with pytest.raises(CheckpointError, match="transreid_jpm_vehicle, transreid_jpm_deit_vehicle"):
        open_weights(weights, tmp_path)


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    weights = weights_of("transreid_jpm", Size(width=64, depth=2, patches=128), cameras=6)
    notes = " ".join(open_weights(weights, tmp_path).notes)
    assert "6 embeddings of cameras or viewpoints (base.sie_embed) are left out" in notes
    assert "“module.” was dropped" in notes


@pytest.mark.parametrize("name", MODELS)
def test_it_is_fed_and_compared_as_its_configurations_say(name: str) -> None:
    profile = PROFILES[name]
    middle = (0.485, 0.456, 0.406) if "deit" in name else (0.5, 0.5, 0.5)
    assert profile.pixel_mean == middle and profile.interpolation == "bilinear"
    assert profile.metric == "cosine" and profile.width == 768
    assert profile.image_size == ((256, 256) if "vehicle" in name else (256, 128))
    assert profile.depth == (8 if name == "transreid_vit_small" else 12)


def test_pictures_are_embedded_at_full_size(tmp_path: Path) -> None:
    size = Size(width=64, depth=2, patches=128)
    weights = weights_of("transreid_jpm", size)
    target = open_weights(weights, tmp_path)
    rows = [
        np.asarray(Image.fromarray(picture).resize((128, 256), Image.Resampling.BILINEAR))
        for picture in make_pictures()
    ]
    inputs = torch.from_numpy((np.stack(rows).transpose(0, 3, 1, 2) / 255 - 0.5) / 0.5)
    found = torch.from_numpy(target.embed_images(make_pictures()))
    assert relative_difference(found, expected("transreid_jpm", inputs, weights, size)) < 1e-5


@pytest.mark.parametrize("missing", ["base.blocks.1.attn.proj.bias", "b2.1.weight", "base.cls_token"])
def test_a_tensor_that_is_missing_is_refused(missing: str, tmp_path: Path) -> None:
    weights = zero_weights(transreid_shapes(Size(width=64, patches=128), jigsaw=True))
    del weights[missing]
    with pytest.raises(CheckpointError):
        open_weights(weights, tmp_path, profile="transreid_jpm")


def test_every_profile_has_a_golden_test() -> None:
    assert {profile.name for profile in transreid.FAMILY.profiles} == set(MODELS)
