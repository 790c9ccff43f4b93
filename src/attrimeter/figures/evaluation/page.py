"""An evaluation as a web page: what it says, every table, and whether its probabilities can be believed."""

from __future__ import annotations

from attrimeter.figures.drawing.figure_files import plot_source
from attrimeter.figures.evaluation.figure import draw_evaluation
from attrimeter.figures.evaluation.findings import list_findings
from attrimeter.figures.evaluation.reliability_figure import draw_reliability
from attrimeter.figures.evaluation.reweighting_findings import list_calibration_findings, reweighting_headline
from attrimeter.figures.evaluation.tables import (
    attribute_table,
    explainer_table,
    ranking_table,
    reliability_table,
    retrieval_table,
)
from attrimeter.figures.text.numerals import format_number, format_score
from attrimeter.figures.text.page_rendering import render_template
from attrimeter.values import Evaluation
from attrimeter.values.evaluation import Reweighting


def evaluation_page(evaluation: Evaluation, *, fragment: bool = False) -> str:
    """A self-contained HTML page, light or dark as the reader's system is, with no script and no address
    outside it. What only a re-weighting tells is left out without one.

    Args:
        fragment: only what a notebook puts inside its own page, with styles of its own.
    """
    reweighting = evaluation.reweighting
    tables = [retrieval_table(evaluation)] if evaluation.retrieval else []
    tables += [] if reweighting is None else [ranking_table(reweighting)]
    return render_template(
        "evaluation_page",
        fragment=fragment,
        evaluation=evaluation,
        reweighting=reweighting,
        lead=" ".join(_lead(evaluation, reweighting)),
        findings=list_findings(evaluation),
        calibration=() if reweighting is None else list_calibration_findings(reweighting),
        retrieval_tables=tables,
        reliability_plot=None if reweighting is None else plot_source(draw_reliability(reweighting)),
        reliability_table=None if reweighting is None else reliability_table(reweighting),
        unseen=None if reweighting is None else _unseen(evaluation, reweighting),
        explainers=explainer_table(evaluation) if evaluation.attribution else None,
        evaluation_plot=plot_source(draw_evaluation(evaluation)) if evaluation.attribution else None,
        attributes=attribute_table(evaluation) if evaluation.rows else None,
    )


def _lead(evaluation: Evaluation, reweighting: Reweighting | None) -> list[str]:
    sentences = []
    for metric, scores in list(evaluation.retrieval.items())[:1]:
        sentences.append(
            f"By {metric} distance the frozen target alone puts the right person first for "
            f"{format_score(scores.rank1)}\u00a0% of the queries (mAP {format_score(scores.mean_ap)}\u00a0%)."
        )
    return [*sentences, *(() if reweighting is None else reweighting_headline(reweighting))]


def _unseen(evaluation: Evaluation, found: Reweighting) -> str:
    """What calibration has not seen: the pairs beyond its scores, and what is new in other data."""
    known, measured = found.calibrated_on, evaluation.data
    where = (
        f"Calibrated on the training persons of {known}, measured on other persons."
        if known == measured
        else f"Calibrated on {known}, measured on {measured}: of what is new there, be it places, cameras or "
        "light, calibration knows nothing."
    )
    if found.unseen == 0:
        return f"{where} No pair is out of distribution for calibration."
    return (
        f"{where} {format_number(100 * found.unseen, decimals=2)}\u00a0% of the pairs are out of "
        "distribution for calibration, by their score or the style of a picture; their "
        "probabilities are a guess, and “explain” says so where a pair is one of them."
    )
