from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from attrimeter.errors import SettingsError
from attrimeter.figures.benchmark.scatter_figure import draw_scatter
from figures.benchmark_examples import EVIL, example_attributions, example_pairs
from figures.figure_reading import colliding_texts, figure_texts, texts_outside


@pytest.mark.parametrize("attributions", [0, 1, 3, 6])
def test_every_text_can_be_read(attributions: int) -> None:
    pairs = example_pairs()
    figure = draw_scatter(pairs, (*example_attributions(pairs), *example_attributions(pairs))[:attributions])
    assert colliding_texts(figure) == []
    assert texts_outside(figure) == []
    assert len(figure.axes) == attributions
    assert attributions < 3 or EVIL in figure_texts(figure)


def test_points_are_shares_of_the_pairs_distance() -> None:
    pairs = replace(example_pairs(), total=np.where(np.arange(120) == 4, 0.0, example_pairs().total))
    attribution = replace(example_attributions(pairs)[0], contributions=pairs.truth)
    (axes,) = draw_scatter(pairs, [attribution], groups=("hat", "sleeve"), kinds=("many",)).axes
    same, differing = (np.asarray(c.get_offsets()) for c in axes.collections)
    expected = [
        100 * pairs.truth[pair, group] / pairs.total[pair]
        for pair in range(120)
        for group in (0, 3)
        if pairs.kinds[pair] == "many" and pair != 4 and pairs.differs[pair, group]
    ]
    low, high = axes.get_xlim()
    np.testing.assert_allclose(differing[:, 0], np.clip(expected, low, high))
    np.testing.assert_allclose(differing[:, 1], differing[:, 0])
    assert len(same) + len(differing) == 2 * 39 and not same.any()


def test_panels_share_one_scale_and_rare_points_lie_on_its_edge() -> None:
    pairs = example_pairs()
    wild = example_attributions(pairs)[0]
    contributions = wild.contributions.copy()
    contributions[0, 0] = 1e9
    panels = draw_scatter(
        pairs, [replace(wild, contributions=contributions), *example_attributions(pairs)]
    ).axes
    assert len({(*axes.get_xlim(), *axes.get_ylim()) for axes in panels}) == 1
    assert panels[0].get_ylim()[1] < 1000
    highest = max(np.asarray(c.get_offsets())[:, 1].max() for c in panels[0].collections)
    assert highest == panels[0].get_ylim()[1]


def test_no_such_pairs_and_accounts_of_other_pairs() -> None:
    pairs = example_pairs()
    (axes,) = draw_scatter(pairs, example_attributions(pairs)[:1], kinds=()).axes
    assert all(len(c.get_offsets()) == 0 for c in axes.collections)
    with pytest.raises(SettingsError, match="counterfactual"):
        draw_scatter(pairs, example_attributions(example_pairs(30)))
