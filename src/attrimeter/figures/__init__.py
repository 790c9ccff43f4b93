"""What people see: figures, pages, terminal tables and JSON, all made from frozen values."""

from attrimeter.figures.evaluation_figure import draw_evaluation
from attrimeter.figures.evaluation_json import evaluation_to_json
from attrimeter.figures.evaluation_text import evaluation_text
from attrimeter.figures.figure_files import render_figure, save_figure
from attrimeter.figures.loss_figure import draw_losses
from attrimeter.figures.pair_figure import draw_pair
from attrimeter.figures.pair_json import EXPLANATION_SCHEMA, ExplanationDocument, explanation_to_json
from attrimeter.figures.pair_page import pair_page
from attrimeter.figures.pair_summary import summarise
from attrimeter.figures.pair_text import pair_text
from attrimeter.figures.report_page import report_page

__all__ = [
    "EXPLANATION_SCHEMA",
    "ExplanationDocument",
    "draw_evaluation",
    "draw_losses",
    "draw_pair",
    "evaluation_text",
    "evaluation_to_json",
    "explanation_to_json",
    "pair_page",
    "pair_text",
    "render_figure",
    "report_page",
    "save_figure",
    "summarise",
]
