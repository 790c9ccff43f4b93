"""Scores: retrieval, attribution of attributes, reading of attributes, and intervals on all of them."""

from attrimeter.metrics.attribution import (
    LabelPairs,
    PairScores,
    compare_labels,
    score_pairs,
    summarise_attribution,
)
from attrimeter.metrics.bootstrap import bootstrap_mean
from attrimeter.metrics.classification import average_precision, balanced_accuracy, constant_order
from attrimeter.metrics.distances import pairwise_distances
from attrimeter.metrics.retrieval import (
    QueryScores,
    concatenate_query_scores,
    score_queries,
    summarise_retrieval,
)

__all__ = [
    "LabelPairs",
    "PairScores",
    "QueryScores",
    "average_precision",
    "balanced_accuracy",
    "bootstrap_mean",
    "compare_labels",
    "concatenate_query_scores",
    "constant_order",
    "pairwise_distances",
    "score_pairs",
    "score_queries",
    "summarise_attribution",
    "summarise_retrieval",
]
