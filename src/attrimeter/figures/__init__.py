"""What people see: figures, pages, terminal tables and JSON, all made from frozen values."""

from attrimeter.figures.audit.figure import draw_audit
from attrimeter.figures.audit.page import audit_page
from attrimeter.figures.audit.text import audit_text
from attrimeter.figures.benchmark.curve_figure import draw_curves
from attrimeter.figures.benchmark.figure import draw_benchmark
from attrimeter.figures.benchmark.page import benchmark_page
from attrimeter.figures.benchmark.scatter_figure import draw_scatter
from attrimeter.figures.benchmark.text import benchmark_text
from attrimeter.figures.comparison.figure import draw_comparison
from attrimeter.figures.comparison.page import comparison_page
from attrimeter.figures.comparison.text import comparison_text
from attrimeter.figures.drawing.figure_files import render_figure, save_figure
from attrimeter.figures.drawing.loss_figure import draw_losses
from attrimeter.figures.evaluation.figure import draw_evaluation
from attrimeter.figures.evaluation.page import evaluation_page
from attrimeter.figures.evaluation.reliability_figure import draw_reliability
from attrimeter.figures.evaluation.text import evaluation_text
from attrimeter.figures.json_documents import DOCUMENTS, from_json, schema_of, to_json
from attrimeter.figures.pair.document import ExplanationDocument
from attrimeter.figures.pair.figure import draw_pair
from attrimeter.figures.pair.page import pair_page
from attrimeter.figures.pair.summary import summarise
from attrimeter.figures.pair.text import pair_text
from attrimeter.figures.report_page import report_page

__all__ = [
    "DOCUMENTS",
    "ExplanationDocument",
    "audit_page",
    "audit_text",
    "benchmark_page",
    "benchmark_text",
    "comparison_page",
    "comparison_text",
    "draw_audit",
    "draw_benchmark",
    "draw_comparison",
    "draw_curves",
    "draw_evaluation",
    "draw_losses",
    "draw_pair",
    "draw_reliability",
    "draw_scatter",
    "evaluation_page",
    "evaluation_text",
    "from_json",
    "pair_page",
    "pair_text",
    "render_figure",
    "report_page",
    "save_figure",
    "schema_of",
    "summarise",
    "to_json",
]
