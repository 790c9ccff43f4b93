"""Predicted against measured changes of the distance when real pictures are edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from attrimeter.values.evaluation import Score


@dataclass(frozen=True)
class PredictionScores:
    """How well the change of D^2 was predicted, over the pairs of one group.

    Attributes:
        spearman: rank correlation of predicted and measured change.
        relative_error: sum |predicted - measured| / sum |measured|; 1 is that of predicting no change.
    """

    spearman: Score
    relative_error: Score


@dataclass(frozen=True)
class GroupEdits:
    """What editing one attribute group did to pairs whose labels differ in it.

    The measured change of a pair is D^2 before the edit less D^2 after it: what had kept the two apart.

    Attributes:
        edit: the region was "recoloured" to the other person's colour, or "filled" from its surroundings.
        pairs: that were edited.
        change: mean measured change / D^2.
        size: mean |measured change| / D^2.
        random_size: the same where the same edit was made elsewhere in the picture.
        nearer: share of the pairs that the edit brought nearer.
        predictions: interpreter or baseline -> how well it predicted the change.
    """

    edit: Literal["recoloured", "filled"]
    pairs: int
    change: Score
    size: Score
    random_size: Score
    nearer: Score
    predictions: Mapping[str, PredictionScores]


@dataclass(frozen=True)
class RealEditScores:
    """What editing real pictures found for one target.

    Attributes:
        target, target_fingerprint: whose distance was measured.
        data: name of the data set.
        located_by: the interpreter whose maps said what to edit.
        seed: of the choice of pairs and of the random regions.
        groups: group -> what its edit did; without those that no two labels differ in.
    """

    target: str
    target_fingerprint: str
    data: str
    located_by: str
    seed: int
    groups: Mapping[str, GroupEdits]
