"""How values show themselves in a notebook: as their pages do, inside the cell."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

SHOWN = {
    ("attrimeter.values.pair_explanation", "PairExplanation"): "pair_page",
    ("attrimeter.values.audit", "Audit"): "audit_page",
    ("attrimeter.values.comparison", "Comparison"): "comparison_page",
    ("attrimeter.values.evaluation", "Evaluation"): "evaluation_page",
    ("attrimeter.values.benchmark", "Benchmark"): "benchmark_page",
    ("attrimeter.values.benchmark", "BenchmarkRun"): "benchmark_page",
}
"""Module and name of a value -> the page that it is shown as."""


def register() -> None:
    """Have the notebook that this runs in show values as pages; nothing where there is none.

    No value draws itself and nothing is imported for it until one is shown. It may be called again.
    """
    ipython = sys.modules.get("IPython")
    shell: Any = None if ipython is None else ipython.get_ipython()
    if shell is None:
        return
    html = shell.display_formatter.formatters["text/html"]
    for (module, name), page in SHOWN.items():
        html.for_type_by_name(module, name, partial(_show, page))


def _show(page: str, value: Any) -> str:
    from attrimeter import figures

    shown: str = getattr(figures, page)(value, fragment=True)
    return shown
