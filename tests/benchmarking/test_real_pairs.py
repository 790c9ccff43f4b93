from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from attrimeter.benchmarking.real_pairs import FILLED, RECOLOURED, choose_pairs, pool_test_images
from attrimeter.datasets import open_dataset
from attrimeter.schemas import SCHEMAS
from attrimeter.values import ImageSet

SCHEMA = SCHEMAS["market1501"]


def labelled_images(people: int = 30, *, each: int = 4, seed: int = 0) -> ImageSet:
    """Persons with random labels: an upper colour or none, and perhaps a backpack; one is not labelled."""
    rng = np.random.default_rng(seed)
    labels = np.zeros((people, len(SCHEMA)), dtype=np.int8)
    for person in labels:
        colours = SCHEMA.groups["upper colour"]
        if rng.random() < 0.8:
            person[rng.choice(colours)] = 1
        person[SCHEMA.index("backpack")] = rng.random() < 0.3
    labels[-1] = -1
    count = people * each
    return ImageSet(
        paths=tuple(Path(f"{row}.jpg") for row in range(count)),
        identities=np.repeat(np.arange(1, people + 1), each),
        cameras=np.tile(np.arange(each), people),
        labels=np.repeat(labels, each, axis=0),
    )


def test_colours_differ_and_are_both_known() -> None:
    images = labelled_images()
    first, second = choose_pairs(images, SCHEMA, "upper colour", pairs=60, rng=np.random.default_rng(1))
    colours = images.labels[:, list(SCHEMA.groups["upper colour"])]
    assert len(first) == 60
    assert (colours[first].max(axis=1) == 1).all() and (colours[second].max(axis=1) == 1).all()
    assert (colours[first].argmax(axis=1) != colours[second].argmax(axis=1)).all()


def test_the_second_carries_what_the_first_does_not() -> None:
    images = labelled_images()
    first, second = choose_pairs(images, SCHEMA, "backpack", pairs=40, rng=np.random.default_rng(1))
    carries = images.labels[:, SCHEMA.index("backpack")]
    assert len(first) == 40
    assert (carries[first] == 0).all() and (carries[second] == 1).all()


@pytest.mark.parametrize("group", ["upper colour", "backpack"])
def test_persons_are_spread_evenly_and_no_pair_comes_twice(group: str) -> None:
    images = labelled_images()
    first, second = choose_pairs(images, SCHEMA, group, pairs=60, rng=np.random.default_rng(2))
    assert len({*zip(first.tolist(), second.tolist(), strict=True)}) == len(first)
    for side in (first, second) if group in FILLED else (np.concatenate([first, second]),):
        _, uses = np.unique(images.identities[side], return_counts=True)
        assert uses.max() - uses.min() <= 2
    assert (images.identities[first] != images.identities[second]).all()


def test_the_generator_decides() -> None:
    images = labelled_images()
    draws = [
        choose_pairs(images, SCHEMA, "upper colour", pairs=20, rng=np.random.default_rng(seed))
        for seed in (3, 3, 4)
    ]
    assert np.array_equal(draws[0], draws[1]) and not np.array_equal(draws[0], draws[2])


def test_where_no_labels_differ_there_are_no_pairs() -> None:
    images = labelled_images()
    for group in ("lower colour", "handbag"):
        first, second = choose_pairs(images, SCHEMA, group, pairs=5, rng=np.random.default_rng(0))
        assert len(first) == len(second) == 0
    one_colour = images.take(images.labels[:, SCHEMA.groups["upper colour"][0]] == 1)
    rows, _ = choose_pairs(one_colour, SCHEMA, "upper colour", pairs=5, rng=np.random.default_rng(0))
    assert len(rows) == 0


def test_queries_and_gallery_are_pooled_without_distractors(rendered_set: Path) -> None:
    dataset = open_dataset(rendered_set)
    images = pool_test_images(dataset)
    assert 0 not in images.identities
    assert len(images) == len(dataset.query) + int((dataset.gallery.identities > 0).sum())
    assert set(images.identities.tolist()).isdisjoint(dataset.train.identities.tolist())
    assert all(group in SCHEMA.groups for group in (*RECOLOURED, *FILLED))
