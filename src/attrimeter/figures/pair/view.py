"""A pair's explanation prepared for a page: texts, pictures as data addresses, bars as percent of a line."""

from __future__ import annotations

from dataclasses import dataclass

from attrimeter.figures.drawing.overlay import overlay_pair
from attrimeter.figures.drawing.pictures import PictureView, view_pixels
from attrimeter.figures.pair.ledger import LedgerRow, ledger_rows, ledger_span, top_groups
from attrimeter.figures.pair.summary import is_identical, summary_sentences
from attrimeter.figures.pair.trust import trust_mark, trust_reasons
from attrimeter.figures.text.numerals import (
    column_decimals,
    format_completeness,
    format_ends,
    format_number,
    format_share,
)
from attrimeter.values import AttributeReading, ExplainedImage, PairExplanation

_PICTURE_BOX = (360, 360)
"""Height and width in pixels that a picture may fill: sharp on a dense screen, small in the page."""


@dataclass(frozen=True)
class MapView:
    """A group's map over both images, with its share and the side of the ledger it stands on."""

    name: str
    share: str
    side: str
    first: PictureView
    second: PictureView


@dataclass(frozen=True)
class BarView:
    """One bar of the ledger; ``start`` and ``length`` are percent of the line, and so is ``whisker``: where
    the interval begins and how long it is, None where there is none."""

    name: str
    kind: str
    side: str
    states: str
    differs: bool
    value: str
    share: str
    start: float
    length: float
    interval: str
    whisker: tuple[float, float] | None
    mark: str


@dataclass(frozen=True)
class ReadingView:
    """One attribute as read in both images."""

    name: str
    first: str
    second: str
    differs: bool


@dataclass(frozen=True)
class PairView:
    """What a page shows of a pair."""

    headline: str
    details: str
    first: PictureView
    second: PictureView
    names: tuple[str, str]
    maps: tuple[MapView, ...]
    bars: tuple[BarView, ...]
    zero: float
    total: str
    total_share: str
    completeness: str
    readings: tuple[ReadingView, ...]
    trust_reasons: str
    explanation: PairExplanation


def view_pair(explanation: PairExplanation, *, maps: int, limit: int | None = None) -> PairView:
    """Prepare ``explanation`` with the maps of its ``maps`` largest groups and at most ``limit`` bars."""
    headline, *rest = summary_sentences(explanation)
    bars, zero = _view_bars(explanation, ledger_rows(explanation, limit=limit))
    total = sum(explanation.groups.values()) + explanation.other
    decimals = column_decimals([explanation.distance, *explanation.groups.values(), explanation.other])
    return PairView(
        headline=headline,
        details=" ".join(rest),
        first=_view_image(explanation.first),
        second=_view_image(explanation.second),
        names=(explanation.first.name, explanation.second.name),
        maps=tuple(_view_map(explanation, row) for row in top_groups(explanation, maps)),
        bars=bars,
        zero=zero,
        total=format_number(total, decimals=decimals),
        total_share="0 %" if is_identical(explanation) else "100 %",
        completeness=format_completeness(explanation.completeness),
        readings=_view_readings(explanation),
        trust_reasons=trust_reasons(explanation),
        explanation=explanation,
    )


def _view_image(image: ExplainedImage) -> PictureView:
    return view_pixels(image.pixels, f"The person image {image.name}", box=_PICTURE_BOX)


def _view_map(explanation: PairExplanation, row: LedgerRow) -> MapView:
    overlays = overlay_pair(explanation, row.name, box=_PICTURE_BOX)
    first, second = (
        view_pixels(overlay, f"Where {row.name} was read in {image.name}", box=_PICTURE_BOX)
        for overlay, image in zip(overlays, (explanation.first, explanation.second), strict=True)
    )
    return MapView(row.name, format_share(row.share, signed=True), _side(row), first, second)


def _view_bars(
    explanation: PairExplanation, rows: tuple[LedgerRow, ...]
) -> tuple[tuple[BarView, ...], float]:
    low, high = ledger_span(rows)
    span = high - low or 1.0
    decimals = column_decimals([explanation.distance, *(row.contribution for row in rows)])
    bars = tuple(
        BarView(
            name=row.name,
            kind=row.kind,
            side=_side(row),
            states="" if row.states is None else _join_states(row.states),
            differs=row.differs,
            value=format_number(row.contribution, decimals=decimals, signed=True),
            share=format_share(row.share),
            start=round(100 * (min(row.contribution, 0.0) - low) / span, 2),
            length=round(100 * abs(row.contribution) / span, 2),
            interval=format_ends(row.interval, decimals=decimals),
            whisker=None if row.interval is None else _place_whisker(row.interval, low=low, span=span),
            mark=trust_mark(row.verdict),
        )
        for row in rows
    )
    return bars, round(100 * -low / span, 2)


def _place_whisker(ends: tuple[float, float], *, low: float, span: float) -> tuple[float, float]:
    return round(100 * (ends[0] - low) / span, 2), round(100 * (ends[1] - ends[0]) / span, 2)


def _join_states(states: tuple[str, str]) -> str:
    return f"both {states[0]}" if states[0] == states[1] else f"{states[0]} | {states[1]}"


def _view_readings(explanation: PairExplanation) -> tuple[ReadingView, ...]:
    first, second = explanation.first.readings, explanation.second.readings
    return tuple(
        ReadingView(
            name=name,
            first=_state_with_certainty(first[name]),
            second=_state_with_certainty(second[name]),
            differs=(first[name].probability > 0.5) != (second[name].probability > 0.5),
        )
        for name in explanation.attributes
        if name in first and name in second
    )


def _state_with_certainty(reading: AttributeReading) -> str:
    return f"{reading.words} ({format_share(max(reading.probability, 1 - reading.probability))})"


def _side(row: LedgerRow) -> str:
    if row.kind == "other":
        return "unexplained"
    return "apart" if row.contribution >= 0 else "together"
