"""What people see: figures, pages, terminal tables and JSON, all made from frozen values."""

from attrimeter.figures.drawing.figure_files import render_figure, save_figure
from attrimeter.figures.drawing.loss_figure import draw_losses
from attrimeter.figures.evaluation.figure import draw_evaluation
from attrimeter.figures.evaluation.json import evaluation_to_json
from attrimeter.figures.evaluation.text import evaluation_text
from attrimeter.figures.pair.figure import draw_pair
from attrimeter.figures.pair.json import EXPLANATION_SCHEMA, ExplanationDocument, explanation_to_json
from attrimeter.figures.pair.page import pair_page
from attrimeter.figures.pair.summary import summarise
from attrimeter.figures.pair.text import pair_text
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
