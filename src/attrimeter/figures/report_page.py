"""The report that a demonstration ends with: explained pairs, what they are worth, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrimeter.figures.drawing.figure_files import plot_source
from attrimeter.figures.drawing.loss_figure import draw_losses
from attrimeter.figures.evaluation.figure import draw_evaluation
from attrimeter.figures.evaluation.findings import list_findings
from attrimeter.figures.pair.truth import view_truth
from attrimeter.figures.pair.view import view_pair
from attrimeter.figures.text.numerals import format_interval, format_score
from attrimeter.figures.text.page_rendering import render_template
from attrimeter.values import Evaluation, PairExplanation
from attrimeter.values.pair_truth import PairTruth

_LARGE_MAPS, _SMALL_MAPS = 3, 2
_SMALL_BARS = 6


def report_page(
    *,
    explanations: Sequence[tuple[str, PairExplanation]],
    evaluation: Evaluation,
    history: Sequence[Mapping[str, float]],
    settings: Mapping[str, str],
    next_commands: Sequence[str],
    truths: Sequence[PairTruth] = (),
) -> str:
    """A self-contained HTML page that a newcomer understands in a minute.

    Args:
        explanations: captions and pairs; the first is shown large with a legend, the others small.
        evaluation: shown number by number, each with what it means and how far it can be trusted.
        history: one mapping per epoch (see :func:`draw_losses`); left out when empty.
        settings: names and values of how this was made; left out when empty.
        next_commands: command lines to try next, shown as they are; left out when empty.
        truths: what was measured of these pairs, one of each, shown beside; left out when empty.
    """
    views = [
        (
            caption,
            view_pair(pair, maps=_SMALL_MAPS if place else _LARGE_MAPS, limit=_SMALL_BARS if place else None),
            view_truth(pair, truths[place]) if truths else None,
        )
        for place, (caption, pair) in enumerate(explanations)
    ]
    return render_template(
        "report_page",
        main=views[0] if views else None,
        others=views[1:],
        evaluation=evaluation,
        findings=list_findings(evaluation),
        explainers=_tabulate_explainers(evaluation),
        evaluation_plot=plot_source(draw_evaluation(evaluation)),
        loss_plot=plot_source(draw_losses(history)) if history else None,
        settings=dict(settings),
        next_commands=list(next_commands),
    )


def _tabulate_explainers(evaluation: Evaluation) -> list[tuple[str, list[tuple[str, str]]]]:
    """Explainer -> (value, interval) of Ex_P_d, Ex_mAP_d, Ex_P_s, Ex_mAP_s."""
    return [
        (
            name,
            [
                (format_score(score), format_interval(score))
                for score in (
                    s.precision_exclusive,
                    s.mean_ap_exclusive,
                    s.precision_common,
                    s.mean_ap_common,
                )
            ],
        )
        for name, s in evaluation.attribution.items()
    ]
