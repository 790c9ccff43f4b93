"""Frozen values, NumPy only, that the rooms hand to each other."""

from attrimeter.values.evaluation import (
    AttributeRow,
    AttributionScores,
    Evaluation,
    RetrievalScores,
    Score,
)
from attrimeter.values.image_set import ImageSet, PersonDataset, Skipped
from attrimeter.values.pair_explanation import (
    OTHER,
    AttributeReading,
    ExplainedImage,
    PairExplanation,
)

__all__ = [
    "OTHER",
    "AttributeReading",
    "AttributeRow",
    "AttributionScores",
    "Evaluation",
    "ExplainedImage",
    "ImageSet",
    "PairExplanation",
    "PersonDataset",
    "RetrievalScores",
    "Score",
    "Skipped",
]
