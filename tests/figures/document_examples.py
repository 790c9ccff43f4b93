"""Every value that has a JSON document, as the tests of figures know it: whole, bare, hostile and unknown."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from attrimeter.values.cache_content import CacheContent, Cleared
from attrimeter.values.checkpoint_report import Conversion, KnownTargets
from attrimeter.values.made import Calibration, RenderedDataset, TrainedTarget
from attrimeter.values.planted import PlantedFindings
from figures.audit_examples import AUDITS
from figures.benchmark_examples import empty_benchmark, example_benchmark, hostile_benchmark
from figures.cache.cache_examples import KEPT_SHELVES
from figures.changes_examples import example_changes
from figures.check_examples import example_planted, example_sanity
from figures.checkpoint_examples import FAMILY, NEAREST, example_report
from figures.comparison_examples import COMPARISONS
from figures.examples import (
    example_evaluation,
    example_explanation,
    identical_explanation,
    trusted_explanation,
)
from figures.real_edits_examples import example_real_edits
from figures.reweighting_examples import FOUND

BARE_SANITY = replace(
    example_sanity(), other_target=None, other_average=None, shuffled_labels=None, seeds=None
)

EXPLANATIONS = {
    "pair": example_explanation(),
    "identical pair": identical_explanation(),
    "trusted pair": trusted_explanation(),
    "distilled pair": example_explanation(percentiles=(math.nan, math.nan), form="distilled"),
}

MADE = {
    "conversion": Conversion(
        path=Path("new.safetensors"), profile="demo", metric="cosine", kind="torch", wrapper="state_dict",
        prefix="module.", tensors=122, left_out=("classifier.weight",), fingerprint="7e" * 32, size=2**20,
    ),
    "calibration": Calibration(Path("runs/a"), "streets", 751, math.pi, {"largest share": 0.2}, changes=True),
    "rendered persons": RenderedDataset(Path("persons"), train=1600, query=100, gallery=300),
    "trained target": TrainedTarget(Path("runs/t/target.safetensors"), "resnet18", "streets", epochs=40),
}  # fmt: skip

VALUES: Mapping[str, Any] = {
    **{f"audit, {name}": audit for name, audit in AUDITS.items()},
    **{f"comparison, {name}": comparison for name, comparison in COMPARISONS.items()},
    "evaluation": example_evaluation(),
    "distilled evaluation": example_evaluation(form="distilled", notes=("a note",)),
    "reweighted evaluation": replace(example_evaluation(), reweighting=FOUND),
    "benchmark": example_benchmark(),
    "hostile benchmark": hostile_benchmark(),
    "empty benchmark": empty_benchmark(),
    "sanity": example_sanity(),
    "bare sanity": BARE_SANITY,
    "planted": PlantedFindings(tuple(example_planted())),
    "changes": example_changes(),
    "photographs": example_real_edits(),
    "checkpoint": example_report(),
    "misfit": example_report(fits=(), nearest=NEAREST),
    "targets": KnownTargets((FAMILY,)),
    **MADE,
    "cache": CacheContent("/cache", 20 * 10**9, KEPT_SHELVES),
    "cache without a limit": CacheContent("/cache", None, ()),
    "cleared": Cleared("/cache", KEPT_SHELVES[0].entries, KEPT_SHELVES[1].entries),
}
"""Name -> a value that is read back as it was."""
