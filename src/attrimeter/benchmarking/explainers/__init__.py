"""Explainers that the benchmark compares: each makes an attribution of measured pairs."""

from attrimeter.benchmarking.explainers.catalogue import baseline_explainers, foreign_explainers
from attrimeter.benchmarking.explainers.explainer import Explainer
from attrimeter.benchmarking.explainers.from_labels import (
    GroupAverage,
    LabelOnly,
    MeasuredAgain,
    mean_true_shares,
)
from attrimeter.benchmarking.explainers.grad_cam import GradCam
from attrimeter.benchmarking.explainers.interpreters import InterpreterExplainer
from attrimeter.benchmarking.explainers.occlusion import Occlusion
from attrimeter.benchmarking.explainers.random_partition import RandomPartition
from attrimeter.benchmarking.explainers.transplant import transplant

__all__ = [
    "Explainer",
    "GradCam",
    "GroupAverage",
    "InterpreterExplainer",
    "LabelOnly",
    "MeasuredAgain",
    "Occlusion",
    "RandomPartition",
    "baseline_explainers",
    "foreign_explainers",
    "mean_true_shares",
    "transplant",
]
