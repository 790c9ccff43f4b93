"""AttriMeter: which attributes make two persons near or far for a ReID model, where, and how much.

target = attrimeter.open_target("osnet_x0_25_msmt17.pth")
interpreter = attrimeter.open_interpreter("runs/market", target)
explanation = attrimeter.explain_pair(interpreter, "a.jpg", "b.jpg")
explanation.contributions["upper colour"]
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from attrimeter.errors import AttriMeterError

if TYPE_CHECKING:
    from attrimeter.schemas import open_schema
    from attrimeter.targets import Target
    from attrimeter.workflows.auditing import audit, compare
    from attrimeter.workflows.calibrating import calibrate
    from attrimeter.workflows.evaluating import evaluate
    from attrimeter.workflows.explaining import explain_pair
    from attrimeter.workflows.fitting import fit_interpreter
    from attrimeter.workflows.opening import open_dataset, open_interpreter, open_target
    from attrimeter.workflows.rendering import render_dataset

__version__ = "0.1.0"

_HOMES = {
    "Target": "attrimeter.targets",
    "audit": "attrimeter.workflows.auditing",
    "calibrate": "attrimeter.workflows.calibrating",
    "compare": "attrimeter.workflows.auditing",
    "evaluate": "attrimeter.workflows.evaluating",
    "explain_pair": "attrimeter.workflows.explaining",
    "fit_interpreter": "attrimeter.workflows.fitting",
    "open_dataset": "attrimeter.workflows.opening",
    "open_interpreter": "attrimeter.workflows.opening",
    "open_schema": "attrimeter.schemas",
    "open_target": "attrimeter.workflows.opening",
    "render_dataset": "attrimeter.workflows.rendering",
}

__all__ = [
    "AttriMeterError",
    "Target",
    "__version__",
    "audit",
    "calibrate",
    "compare",
    "evaluate",
    "explain_pair",
    "fit_interpreter",
    "open_dataset",
    "open_interpreter",
    "open_schema",
    "open_target",
    "render_dataset",
]


def __getattr__(name: str) -> Any:
    """Import the public functions when they are first used, so that ``import attrimeter`` is quick."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'attrimeter' has no attribute {name!r}")
