"""Frozen values, NumPy only, that the rooms hand to each other."""

from attrimeter.values.benchmark import (
    AgreementScores,
    Attribution,
    Benchmark,
    CurveScores,
    ExplainerScores,
    GroupScores,
    LocalisationScores,
    MeasuredPairs,
)
from attrimeter.values.change_answer import ChangeAnswer
from attrimeter.values.evaluation import (
    AttributeRow,
    AttributionScores,
    Evaluation,
    RetrievalScores,
    Score,
)
from attrimeter.values.image_set import ImageSet, PersonDataset, Skipped, Understood
from attrimeter.values.pair_explanation import (
    OTHER,
    AttributeReading,
    ExplainedImage,
    PairExplanation,
    SamePersonAnswer,
)

__all__ = [
    "OTHER",
    "AgreementScores",
    "AttributeReading",
    "AttributeRow",
    "Attribution",
    "AttributionScores",
    "Benchmark",
    "ChangeAnswer",
    "CurveScores",
    "Evaluation",
    "ExplainedImage",
    "ExplainerScores",
    "GroupScores",
    "ImageSet",
    "LocalisationScores",
    "MeasuredPairs",
    "PairExplanation",
    "PersonDataset",
    "RetrievalScores",
    "SamePersonAnswer",
    "Score",
    "Skipped",
    "Understood",
]
