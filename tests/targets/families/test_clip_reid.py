from __future__ import annotations

from pathlib import Path

import pytest
import torch

from attrimeter.errors import CheckpointError
from attrimeter.targets import PROFILES, open_target
from attrimeter.targets.families import clip_reid
from targets.families.test_transreid import SMALL, embed, inputs_of
from targets.plain_resnet import in_double, plain_normalise, random_weights, relative_difference, zero_weights
from targets.plain_transformer import Size, clip_reid_shapes, plain_clip_reid


@pytest.mark.parametrize(("stride", "patches"), [(16, 18), (12, 21)])
@pytest.mark.parametrize("texts", [True, False])
def test_embeds_as_the_plain_computation(stride: int, patches: int, texts: bool, tmp_path: Path) -> None:
    """With what reads text, as CLIP-ReID saves it, and without, as its baseline does."""
    size = Size(patches=patches)
    weights = random_weights(clip_reid_shapes(size, cameras=6, texts=texts))
    torch.save(weights, tmp_path / "w.pth")
    target = open_target(tmp_path / "w.pth", input_size=SMALL)
    plain = plain_clip_reid(inputs_of(SMALL).double(), in_double(weights), size, stride=stride)
    found = embed(target, inputs_of(SMALL))
    assert relative_difference(found, plain_normalise(plain)) < 1e-5
    assert target.profile.name == "clip_reid_vit" and target.embedding_size == 128 + 64
    assert "6 embeddings of cameras or viewpoints (cv_embed) are left out" in target.notes[1]


def test_it_is_fed_and_compared_as_its_configurations_say() -> None:
    (profile,) = clip_reid.FAMILY.profiles
    assert profile == PROFILES["clip_reid_vit"] and profile.metric == "cosine"
    assert profile.pixel_mean == profile.pixel_std == (0.5, 0.5, 0.5)
    assert (profile.width, profile.depth, profile.linear_size) == (768, 12, 512)


@pytest.mark.parametrize(
    "name",
    ["image_encoder.proj", "image_encoder.transformer.resblocks.2.ln_2.bias", "image_encoder.ln_pre.bias"],
)
def test_a_tensor_that_is_missing_is_named(name: str, tmp_path: Path) -> None:
    weights = zero_weights(clip_reid_shapes(Size(width=64, patches=128)))
    del weights[name]
    torch.save(weights, tmp_path / "w.pth")
    with pytest.raises(CheckpointError, match="is missing"):
        open_target(tmp_path / "w.pth")
