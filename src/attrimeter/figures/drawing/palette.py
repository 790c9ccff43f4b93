"""The colours that carry meaning: chosen so that a colour-blind reader tells them apart, and a printer too.

The signs use orange and blue of Okabe and Ito's set; side and sign of the number repeat what they say.
"""

from __future__ import annotations

KEEPS_APART = "#D55E00"
"""A positive contribution: the attribute keeps the two images apart."""

BRINGS_TOGETHER = "#0072B2"
"""A negative contribution: the attribute brings the two images together."""

UNEXPLAINED = "#8C8C8C"
"""What no attribute carries."""

INK = "#1B1F24"
MUTED = "#5F6873"
RULE = "#D5DAE0"
PAPER = "#FFFFFF"

SERIES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#5F6873")
"""Colours for curves, in this order (Okabe and Ito, yellow left out: too light on white)."""


def sign_colour(contribution: float, *, unexplained: bool = False) -> str:
    """The colour of a contribution by its sign; grey for what no attribute carries."""
    if unexplained:
        return UNEXPLAINED
    return KEEPS_APART if contribution >= 0 else BRINGS_TOGETHER
