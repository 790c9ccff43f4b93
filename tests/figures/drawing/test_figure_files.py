from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from attrimeter.errors import SettingsError
from attrimeter.figures.drawing.figure_files import FigureFormat, render_figure, save_figure
from attrimeter.figures.pair.figure import draw_pair
from figures.examples import example_explanation


@pytest.mark.parametrize("form", ["png", "svg"])
def test_equal_figures_give_equal_bytes(form: FigureFormat) -> None:
    first, second = (render_figure(draw_pair(example_explanation(), maps=1), form) for _ in range(2))
    assert first == second


def test_a_drawing_carries_no_date_and_no_outside_address_but_its_namespaces() -> None:
    svg = render_figure(draw_pair(example_explanation(), maps=0), "svg").decode()
    assert "<dc:date>" not in svg and "matplotlib" not in svg.lower().replace("matplotlib.axis", "")


def test_the_suffix_chooses_the_format(tmp_path: Path) -> None:
    figure = draw_pair(example_explanation(), maps=0)
    save_figure(tmp_path / "a.PNG", figure)
    save_figure(tmp_path / "a.svg", figure)
    with Image.open(tmp_path / "a.PNG") as image:
        assert image.format == "PNG" and image.size == (1100, 600)
    assert (tmp_path / "a.svg").read_bytes() == render_figure(figure, "svg")


def test_a_png_has_the_pixels_of_the_figure() -> None:
    with Image.open(io.BytesIO(render_figure(draw_pair(example_explanation(), maps=0), "png"))) as image:
        assert image.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.html"])
def test_another_suffix_is_refused_and_nothing_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=r"\.png or \.svg"):
        save_figure(tmp_path / name, draw_pair(example_explanation(), maps=0))
    assert not list(tmp_path.iterdir())
