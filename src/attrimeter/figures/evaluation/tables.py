"""The tables of an evaluation as words and numbers, the same for the terminal and for the page."""

from __future__ import annotations

import math

from attrimeter.figures.evaluation.findings import INTERPRETER, order_attributes
from attrimeter.figures.tables.view import Cell, Row, TableView, percent_cell, score_cell
from attrimeter.figures.text.numerals import format_number
from attrimeter.values import Evaluation
from attrimeter.values.evaluation import RankingScores, Reweighting


def retrieval_table(evaluation: Evaluation) -> TableView:
    """Retrieval by the frozen target, one line for each distance."""
    scores = evaluation.retrieval
    counted = [f"{s.queries:,} queries" for s in scores.values()][:1]
    skipped = max((s.skipped_queries for s in scores.values()), default=0)
    return TableView(
        title="Retrieval by the frozen target",
        columns=("distance", "rank-1", "rank-5", "rank-10", "mAP", "mINP"),
        rows=tuple(
            Row(metric, tuple(map(score_cell, (s.rank1, s.rank5, s.rank10, s.mean_ap, s.mean_inp))))
            for metric, s in scores.items()
        ),
        caption="; ".join(
            ["in percent", *counted, *([f"{skipped:,} without a match left out"] if skipped else [])]
        ),
    )


def ranking_table(found: Reweighting) -> TableView:
    """Every ranking with its gains over the base; bold where the gain in mAP is no chance."""
    return TableView(
        title="Rankings of the gallery",
        columns=("ranking", "gain in mAP", "gain in rank-1", "mAP", "rank-1"),
        rows=tuple(
            Row(
                _ranking_name(found, name),
                (
                    *((Cell(""), Cell("")) if name == found.base else _gains(scores)),
                    score_cell(scores.retrieval.mean_ap),
                    score_cell(scores.retrieval.rank1),
                ),
                name != found.base and scores.gain_ap.low > 0,
            )
            for name, scores in found.rankings.items()
        ),
        caption=f"in percent; gain: over the {found.base}, in points; bold: the interval of the gain in "
        "mAP lies above zero",
    )


def explainer_table(evaluation: Evaluation) -> TableView:
    """How well the interpreter and the baselines name the attributes whose labels differ."""
    pairs = max((scores.pairs for scores in evaluation.attribution.values()), default=0)
    return TableView(
        title="The interpreter beside explainers that never see the distance of the pair",
        columns=("explainer", "Ex_P_d", "Ex_mAP_d", "Ex_P_s", "Ex_mAP_s"),
        rows=tuple(
            Row(
                name,
                tuple(
                    map(
                        score_cell,
                        (s.precision_exclusive, s.mean_ap_exclusive, s.precision_common, s.mean_ap_common),
                    )
                ),
                name == INTERPRETER,
            )
            for name, s in evaluation.attribution.items()
        ),
        caption=f"{pairs:,} pairs, in percent; d: are the largest parts the attributes whose labels differ, "
        "s: are the smallest those that agree; P: precision, mAP: mean average precision",
    )


def attribute_table(evaluation: Evaluation) -> TableView:
    """Every attribute over the different-person pairs, the largest difference in share first."""
    return TableView(
        title="Every attribute in numbers",
        columns=("attribute", "differs", "share, differs", "share, common", "AP", "read right"),
        rows=tuple(
            Row(
                row.name,
                tuple(
                    Cell(format_number(value, decimals=1))
                    for value in (
                        row.differs,
                        row.share_differs,
                        row.share_common,
                        row.average_precision,
                        row.reading_accuracy,
                    )
                ),
            )
            for row in order_attributes(evaluation.rows)
        ),
        caption="in percent; differs: pairs whose labels differ in it; share: of the distance, where they "
        "differ and where not; AP: of the pairs that differ, ranked by the attribute's part; read right: "
        "balanced accuracy in single images, 50 is a guess",
    )


def reliability_table(found: Reweighting) -> TableView:
    """The bins of the reliability diagram; empty ones are left out."""
    filled = [entry for entry in found.reliability if math.isfinite(entry.predicted)]
    return TableView(
        title="The diagram in numbers",
        columns=("predictions", "pairs", "predicted", "observed"),
        rows=tuple(
            Row(
                f"{100 * entry.low:.0f} to {100 * entry.high:.0f}",
                (
                    Cell(format_number(100 * entry.weight, decimals=1)),
                    Cell(format_number(100 * entry.predicted, decimals=1)),
                    percent_cell(entry.observed),
                ),
            )
            for entry in filled
        ),
        caption="in percent, at even prior odds; observed: pairs that truly show the same person",
    )


def _gains(scores: RankingScores) -> tuple[Cell, Cell]:
    return score_cell(scores.gain_ap, signed=True), score_cell(scores.gain_rank1, signed=True)


def _ranking_name(found: Reweighting, name: str) -> str:
    strength = found.strengths.get(name)
    return name if strength is None else f"{name} (strength {strength:g})"
