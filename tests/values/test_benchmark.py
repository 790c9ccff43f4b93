"""Taking some of the pairs takes them in every field."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from figures.benchmark_examples import example_attributions, example_pairs


def test_every_field_of_the_pairs_is_taken() -> None:
    pairs = example_pairs(9)
    mask = pairs.kinds == "many"
    taken = pairs.take(mask)
    assert len(taken) == 3 and taken.groups == pairs.groups
    assert taken.target_fingerprint == pairs.target_fingerprint
    for field in fields(pairs):
        if field.name not in ("groups", "target_fingerprint"):
            whole, part = getattr(pairs, field.name), getattr(taken, field.name)
            np.testing.assert_array_equal(part, [whole[row] for row in np.flatnonzero(mask)])
    assert pairs.take(np.array([5, 1])).identities.tolist() == [5, 1]


def test_an_account_is_taken_with_its_maps() -> None:
    attribution = example_attributions(example_pairs(9))[0]
    assert attribution.take(np.array([2])).first_maps is None
    maps = np.random.default_rng(0).random((9, 8, 2, 2))
    taken = replace(attribution, first_maps=maps, second_maps=-maps).take(np.array([7, 3]))
    np.testing.assert_array_equal(taken.contributions, attribution.contributions[[7, 3]])
    np.testing.assert_array_equal(taken.first_maps, maps[[7, 3]])
    np.testing.assert_array_equal(taken.second_maps, -maps[[7, 3]])
    assert (taken.explainer, taken.seconds) == (attribution.explainer, attribution.seconds)
