from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from attrimeter.errors import ImageError
from attrimeter.pixels import write_image
from attrimeter.targets import PROFILES, Target, build_network, open_target, save_target
from attrimeter.targets.identity import fingerprint_of
from attrimeter.targets.network import weights_of

TINY = dataclasses.replace(PROFILES["demo"], name="tiny", width=4, image_size=(32, 16), pooling="gem")


def make_target(metric: str = "euclidean", seed: int = 0) -> Target:
    torch.manual_seed(seed)
    network = build_network(TINY, metric=metric)
    return Target(network, TINY, metric=metric, device=torch.device("cpu"))


def make_images(count: int = 5) -> list[np.ndarray]:
    pixels = np.random.default_rng(0)
    return [pixels.integers(0, 256, (40, 20, 3), dtype=np.uint8) for _ in range(count)]


def recompute_fingerprint(target: Target) -> str:
    return fingerprint_of(weights_of(target._network), {})


def test_sizes() -> None:
    target = make_target()
    maps = target.read_maps(target.preprocess(make_images(2)))
    assert maps.last.shape == (2, target.channels, *target.map_size) == (2, 32, 4, 2)
    assert maps.shallow.shape[1] == target.shallow_channels == 8
    assert target.head.embed(maps.last).shape == (2, target.embedding_size)
    assert not maps.last.requires_grad


@pytest.mark.parametrize("training", [False, True])
def test_no_call_changes_weights_or_mode(training: bool) -> None:
    target = make_target()
    target.backbone.train(training)
    target.backbone.get_submodule("layer3").train(not training)
    modes = [module.training for module in target._network.modules()]
    before = recompute_fingerprint(target)
    maps = target.read_maps(target.preprocess(make_images()))
    target.embed_images(make_images())
    target.head.split(maps.last, torch.ones(5, 2, *target.map_size) / 2)
    copied = target.copy_deep_layers()
    copied(maps.shallow).sum().backward()
    with pytest.raises(ImageError):
        target.read_maps(torch.zeros(1, 3, 8, 8))
    assert recompute_fingerprint(target) == before
    assert [module.training for module in target._network.modules()] == modes
    assert not any(parameter.requires_grad for parameter in target._network.parameters())
    assert all(parameter.grad is None for parameter in target._network.parameters())


def test_training_mode_makes_no_difference_to_what_is_read() -> None:
    target = make_target()
    expected = target.embed_images(make_images())
    target.backbone.train()
    assert np.array_equal(target.embed_images(make_images()), expected)


def test_embedding_goes_in_batches_of_paths_or_arrays(tmp_path: Path) -> None:
    target, images = make_target(), make_images()
    paths = [tmp_path / f"{row}.png" for row in range(len(images))]
    for path, image in zip(paths, images, strict=True):
        write_image(path, image)
    embeddings = target.embed_images(images, batch_size=2)
    assert embeddings.dtype == np.float32
    assert np.allclose(embeddings, target.embed_images(paths), atol=1e-6)
    assert np.allclose(embeddings[3], target.embed_images(images[3:4])[0], atol=1e-6)


def test_no_images_give_no_embeddings() -> None:
    target = make_target()
    assert target.embed_images([]).shape == (0, target.embedding_size)
    assert target.preprocess([]).shape == (0, 3, 32, 16)
    assert target.read_maps(target.preprocess([])).last.shape == (0, 32, 4, 2)


def test_cosine_embeddings_have_length_one_and_the_same_direction() -> None:
    plain = make_target().embed_images(make_images())
    unit = make_target("cosine").embed_images(make_images())
    assert np.allclose(unit, plain / np.linalg.norm(plain, axis=1, keepdims=True), atol=1e-6)


def test_inputs_of_another_shape_are_refused() -> None:
    with pytest.raises(ImageError, match=r"n x 3 x 32 x 16; got 2 x 3 x 32 x 32"):
        make_target().read_maps(torch.zeros(2, 3, 32, 32))


def test_fingerprints_tell_weights_metric_and_preprocessing_apart(tmp_path: Path) -> None:
    target = make_target()
    assert len(target.fingerprint) == 64
    cosine, other = make_target("cosine"), make_target(seed=1)
    assert cosine.fingerprint != target.fingerprint
    assert other.fingerprint != target.fingerprint
    bicubic = dataclasses.replace(TINY, interpolation="bicubic")
    torch.manual_seed(0)
    changed = Target(build_network(bicubic), bicubic, metric="euclidean", device=torch.device("cpu"))
    assert changed.fingerprint != target.fingerprint
    grey = dataclasses.replace(TINY, blind="hue")
    blind = Target(target._network, grey, metric="euclidean", device=torch.device("cpu"))
    assert blind.fingerprint != target.fingerprint
    save_target(tmp_path / "target.safetensors", target)
    again = open_target(tmp_path / "target.safetensors")
    assert again.fingerprint == target.fingerprint


def test_every_tensor_of_body_and_head_makes_another_fingerprint() -> None:
    whole = make_target()
    names = sorted(whole.weights())
    found = {whole.fingerprint}
    for name in names:
        changed = make_target()
        weights_of(changed._network)[name].view(-1)[-1] += 0.5
        found.add(changed.fingerprint)
    assert any(name.startswith("head.") for name in names) and len(found) == len(names) + 1


OTHERS = {
    "name": "other",
    "architecture": "other",
    "source": "other",
    "image_size": (64, 16),
    "interpolation": "bicubic",
    "pixel_mean": (0.5, 0.5, 0.5),
    "pixel_std": (0.5, 0.5, 0.5),
    "pooling": "max",
    "neck": "none",
    "norm": "ibn_a",
    "metric": "cosine",
    "blind": "hue",
    "last_stride": 2,
}


def test_every_field_of_the_profile_makes_another_fingerprint() -> None:
    """Whatever fields it will have."""
    network, found = make_target()._network, set()
    for field in dataclasses.fields(TINY):
        value = getattr(TINY, field.name)
        usual = not value if isinstance(value, bool) else (9,) * len(value) if isinstance(value, tuple) else 9
        changed = dataclasses.replace(TINY, **{field.name: OTHERS.get(field.name, usual)})
        found.add(Target(network, changed, metric="euclidean", device=torch.device("cpu")).fingerprint)
    assert len({*found, make_target().fingerprint}) == len(dataclasses.fields(TINY)) + 1


def test_a_blind_target_stays_blind_when_it_is_saved(tmp_path: Path) -> None:
    grey = dataclasses.replace(TINY, blind="hue")
    target = Target(make_target()._network, grey, metric="euclidean", device=torch.device("cpu"))
    save_target(tmp_path / "blind.safetensors", target)
    again = open_target(tmp_path / "blind.safetensors")
    assert again.profile == grey
    assert again.fingerprint == target.fingerprint
    red, green = np.zeros((2, 40, 20, 3), dtype=np.uint8)
    red[..., 0], green[..., 1] = 187, 95  # of luma 55.9 and 55.8
    apart = [np.abs(np.diff(one.embed_images([red, green]), axis=0)).max() for one in (make_target(), again)]
    assert apart[1] < 0.01 * apart[0]
