"""The tables of a benchmark as words and numbers, the same for the terminal and for the page."""

from __future__ import annotations

import math
from collections.abc import Sequence

from attrimeter.figures.benchmark.findings import EDITED, FEW, MANY, SAME
from attrimeter.figures.tables.view import Cell, Row, TableView, score_cell
from attrimeter.figures.text.numerals import UNKNOWN, format_number, known_or, score_words
from attrimeter.values import (
    AgreementScores,
    Benchmark,
    CurveScores,
    ExplainerScores,
    GroupScores,
    LocalisationScores,
    Score,
)

_TITLES = {
    MANY: "Pairs that differ in many groups",
    FEW: "Pairs that differ in few groups",
    SAME: "The same person twice",
    EDITED: "One picture and its edit, in one view",
}
_SCORES = ("relative error", "leak", "Spearman", "top-1", "sign")
_SAME_CAPTION = (
    "leak: share of D² booked on attributes although none differs, so nothing belongs there; 0 is right"
)
_DECIMALS, _FINE_DECIMALS = 2, 3


def kind_tables(benchmark: Benchmark) -> tuple[TableView, ...]:
    """One table per kind of pair: the agreement of every explainer with the truth.

    Pairs of the same person have no true contributions, so that of them only the leak is shown.
    """
    kinds = [kind for kind in (MANY, FEW, EDITED, SAME) if kind in benchmark.pairs]
    kinds += [kind for kind in benchmark.pairs if kind not in kinds]
    return tuple(_kind_table(benchmark, kind) for kind in kinds)


def group_table(explainer: ExplainerScores) -> TableView:
    """The agreement of one explainer with the truth, group by group; the heaviest group first."""
    groups = sorted(
        explainer.groups.items(), key=lambda item: (known_or(-item[1].true_share.value, math.inf), item[0])
    )
    return TableView(
        title=f"Group by group: {explainer.name}",
        columns=("group", "pairs", "true share", "relative error", "leak", "correlation", "sign"),
        rows=tuple(Row(name, _group_cells(scores)) for name, scores in groups),
        caption="true share: mean share of D² where the group differs; leak: where it does not",
    )


def localisation_tables(benchmark: Benchmark, *, most: int) -> tuple[TableView, ...]:
    """Where the maps of the explainers lie that draw some, side by side, at most ``most`` in one table."""
    drawing = [line for line in benchmark.explainers if line.maps]
    return tuple(_localisation_table(drawing[at : at + most]) for at in range(0, len(drawing), most))


def curve_table(benchmark: Benchmark) -> TableView:
    """Deletion and insertion gains of the explainers that draw maps, and the cost of all."""
    rows = tuple(
        Row(line.name, (*_gain_cells(line.curves), _cost_cell(line)), line.interpreter)
        for line in benchmark.explainers
    )
    return TableView(
        title="Deletion, insertion and cost",
        columns=("explainer", "deletion gain", "insertion gain", "ms per pair"),
        rows=rows,
        caption="gain: area between the curve of D² and that of a blurred random map; above 0 is better",
    )


def coverage_table(benchmark: Benchmark) -> TableView | None:
    """How often the truth lies in the intervals of the trust cards; None if no interpreter carries one."""
    carrying = [line for line in benchmark.explainers if line.coverage]
    if not carrying:
        return None
    values = tuple(dict.fromkeys(value for line in carrying for value in line.coverage))
    unknown = Score(math.nan, math.nan, math.nan)
    rows = tuple(
        Row(line.name, tuple(_cell(line.coverage.get(value, unknown)) for value in values), line.interpreter)
        for line in carrying
    )
    return TableView(
        title="Intervals of the trust cards",
        columns=("interpreter", *values),
        rows=rows,
        caption="share of true contributions inside their 90 % intervals, which come from other pairs; "
        "0.90 is right",
    )


def _kind_table(benchmark: Benchmark, kind: str) -> TableView:
    scored = [(line, line.kinds[kind]) for line in benchmark.explainers if kind in line.kinds]
    columns = ("leak",) if kind == SAME else _SCORES
    return TableView(
        title=_TITLES.get(kind, f"Pairs of the kind {kind}"),
        columns=("explainer", "uses labels", *columns),
        rows=tuple(
            Row(
                line.name,
                (Cell("yes" if line.uses_labels else ""), *_attribution_cells(scores, kind)),
                line.interpreter,
            )
            for line, scores in scored
        ),
        caption=_kind_caption(benchmark, kind),
    )


def _kind_caption(benchmark: Benchmark, kind: str) -> str:
    counted = f"{benchmark.pairs[kind]:,} pairs"
    if kind == SAME:
        return f"{counted}; {_SAME_CAPTION}"
    other = benchmark.other_share.get(kind)
    if other is None or not math.isfinite(other.value):
        return counted
    known = score_words(other, decimals=_DECIMALS, unit="")
    return f"{counted}; what truly belongs to no attribute (“other”): {known} of D²"


def _attribution_cells(scores: AgreementScores, kind: str) -> tuple[Cell, ...]:
    leak = score_cell(scores.leak, decimals=_FINE_DECIMALS)
    if kind == SAME:
        return (leak,)
    return (_cell(scores.relative_error), leak, *map(_cell, (scores.spearman, scores.top1, scores.sign)))


def _group_cells(scores: GroupScores) -> tuple[Cell, ...]:
    return (
        Cell(f"{scores.pairs:,}"),
        _cell(scores.true_share),
        _cell(scores.relative_error),
        score_cell(scores.leak, decimals=_FINE_DECIMALS),
        _cell(scores.correlation),
        _cell(scores.sign),
    )


def _localisation_table(drawing: Sequence[ExplainerScores]) -> TableView:
    groups = dict.fromkeys(group for line in drawing for group in line.maps)
    rows = []
    for group in groups:
        own = [line.maps.get(group) for line in drawing]
        part = next(scores.part_share for scores in own if scores is not None)
        rows.append(Row(group, (_cell(part), *map(_map_cell, own))))
    return TableView(
        title="Where the maps lie",
        columns=("group", "part covers", *(line.name for line in drawing)),
        rows=tuple(rows),
        caption="share of the map that lies on the group's body part / share of maps that peak on it; "
        "part covers: share of the picture, which is what a map of everywhere scores",
    )


def _map_cell(scores: LocalisationScores | None) -> Cell:
    if scores is None:
        return Cell(UNKNOWN)
    share, pointing = _cell(scores.map_share), _cell(scores.pointing)
    intervals = [part.interval for part in (share, pointing) if part.interval]
    return Cell(f"{share.value} / {pointing.value}", " / ".join(intervals))


def _gain_cells(curves: CurveScores | None) -> tuple[Cell, ...]:
    if curves is None:
        return (Cell(UNKNOWN), Cell(UNKNOWN))
    gains = (curves.deletion_gain, curves.insertion_gain)
    return tuple(score_cell(gain, decimals=_FINE_DECIMALS) for gain in gains)


def _cost_cell(line: ExplainerScores) -> Cell:
    return Cell(format_number(line.milliseconds, decimals=1 if line.milliseconds < 100 else 0))


def _cell(score: Score) -> Cell:
    return score_cell(score, decimals=_DECIMALS)
