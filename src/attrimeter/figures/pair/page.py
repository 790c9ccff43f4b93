"""One explained pair as a web page that needs nothing but itself."""

from __future__ import annotations

from attrimeter.figures.pair.view import view_pair
from attrimeter.figures.text.page_rendering import render_template
from attrimeter.values import PairExplanation


def pair_page(explanation: PairExplanation, *, maps: int = 5, fragment: bool = False) -> str:
    """An HTML page with the summary, both images, the maps of the ``maps`` largest groups, the whole ledger
    and every reading; light or dark as the reader's system is, with no script and no address outside it.

    Args:
        fragment: only what a notebook puts inside its own page, with styles of its own.
    """
    return render_template("pair_page", fragment=fragment, pair=view_pair(explanation, maps=maps))
