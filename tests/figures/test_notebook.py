from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from attrimeter.figures import evaluation_page, notebook
from attrimeter.figures.text.page_rendering import SCOPE
from attrimeter.values import Score
from figures.audit_examples import AUDITS, EVIL
from figures.benchmark_examples import example_benchmark, example_run, hostile_benchmark
from figures.comparison_examples import COMPARISONS
from figures.examples import example_evaluation, example_explanation
from figures.page_reading import PageReader
from figures.reweighting_examples import FOUND

VALUES: dict[str, Any] = {
    "pair": example_explanation(),
    "hostile pair": replace(example_explanation(), target=EVIL),
    "audit": AUDITS["full"],
    "hostile audit": AUDITS["hostile"],
    "comparison": COMPARISONS["full"],
    "evaluation": replace(example_evaluation(), reweighting=FOUND),
    "hostile evaluation": replace(example_evaluation(), target=EVIL, notes=(EVIL,)),
    "benchmark": example_benchmark(),
    "run of a benchmark": example_run(),
    "hostile benchmark": hostile_benchmark(),
}


@pytest.fixture(scope="module")
def shell() -> Any:
    found = InteractiveShell.instance()
    notebook.register()
    notebook.register()
    yield found
    InteractiveShell.clear_instance()


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_a_value_is_shown_inside_its_cell_and_needs_nothing_else(shell: Any, value: Any) -> None:
    shown = shell.display_formatter.format(value)[0]["text/html"]
    assert shown.startswith('<div class="attrimeter">') and shown.rstrip().endswith("</div>")
    page = PageReader(shown)
    assert not page.misnested
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"html", "head", "body", "main", "script", "link", "iframe", "red", "title"}
    for _, attributes in page.tags:
        for name in ("src", "href"):
            assert str(attributes.get(name, "data:")).startswith("data:")
        assert not any(name.startswith("on") for name in attributes)


def test_a_pair_brings_its_pictures(shell: Any) -> None:
    shown = shell.display_formatter.format(VALUES["pair"])[0]["text/html"]
    assert shown.count('src="data:image/png;base64,') == 12


def test_a_run_brings_every_pair(shell: Any) -> None:
    alone, run = (
        shell.display_formatter.format(VALUES[name])[0]["text/html"]
        for name in ("benchmark", "run of a benchmark")
    )
    assert "Pair by pair" in run and "Pair by pair" not in alone


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_its_styles_hold_within_it_alone(shell: Any, value: Any) -> None:
    shown = shell.display_formatter.format(value)[0]["text/html"]
    (style,) = [part.partition("</style>")[0] for part in shown.split("<style>")[1:]]
    assert style.startswith(f"{SCOPE} {{") and ":root" not in style and "body {" not in style
    depth = 0
    for place, letter in enumerate(style):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        assert depth > 0 or place < len(SCOPE) + 1 or place == len(style) - 1, "it ends where the style does"
    assert depth == 0


def test_it_is_legible_in_a_light_and_in_a_dark_notebook(shell: Any) -> None:
    """Paper and ink are its own, in both of the reader's settings, and never the notebook's."""
    shown = shell.display_formatter.format(VALUES["pair"])[0]["text/html"]
    assert "background: var(--paper); color: var(--ink)" in shown
    assert "prefers-color-scheme: dark" in shown and shown.count("--paper: #") == 3 == shown.count("--ink: #")
    assert "tr:nth-child(even), tbody tr:hover { background: transparent; }" in shown


def test_a_page_stays_a_page() -> None:
    page = evaluation_page(example_evaluation())
    assert page.startswith("<!doctype html>") and SCOPE not in page and ":root" in page


def test_what_has_no_page_is_left_to_the_notebook(shell: Any) -> None:
    assert "text/html" not in shell.display_formatter.format(Score(1.0, 0.5, 1.5))[0]


NOTEBOOK = (
    "from IPython.core.interactiveshell import InteractiveShell; shell = InteractiveShell.instance(); "
    "shown = shell.display_formatter.formatters['text/html'].deferred_printers; "
)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("", "'IPython' in sys.modules", "False"),
        ("import IPython; ", "IPython.get_ipython()", "None"),
        (NOTEBOOK, "('attrimeter.values.audit', 'Audit') in shown", "True"),
    ],
)
def test_importing_attrimeter_is_enough_and_loads_nothing(before: str, after: str, said: str) -> None:
    code = f"import sys; {before}import attrimeter; print({after}, 'matplotlib.figure' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [said, "False"], done.stderr
