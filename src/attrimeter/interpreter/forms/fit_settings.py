"""How an interpreter is fitted; every form declares its own numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from attrimeter.ranges import check_numbers


@dataclass(frozen=True)
class LossWeights:
    """What each loss counts; 0 leaves it out.

    On labelled images:

    Attributes:
        distillation: |D - mean_k d^k| (components that approximate the distance only).
        prior: the published attribute prior on the shares of a pair.
        difference: cross-entropy of which attributes differ, from their shares; orders what the prior ties.
        evidence: binary cross-entropy of the attribute states read in an image; on edits, too.
        parts: divergence of the grouped partition from part masks, where the data have them.
        template: the same from where parts usually are in a crop, for data without part masks.

    On rendered edits:

    Attributes:
        share, value, move, differ: what is predicted of a pair, from what was measured.
        cover: where the groups are, from part masks.
        real: attribute states and differences of labelled real images, where there are some.
    """

    distillation: float = 0.0
    prior: float = 0.0
    difference: float = 0.0
    share: float = 0.0
    value: float = 0.0
    move: float = 0.0
    differ: float = 0.0
    cover: float = 0.0
    evidence: float = 1.0
    parts: float = 0.0
    template: float = 0.0
    real: float = 0.0

    def __post_init__(self) -> None:
        check_numbers(self)


@dataclass(frozen=True)
class FitSettings:
    """How long and how fast.

    Attributes:
        FITTED_ON: what a fit of these settings reads.
        epochs: passes over the data, >= 1.
        learning_rate: the highest of a cosine schedule with a linear warm-up.
        weight_decay: of AdamW.
        validation_share: share of the training identities, or of the edited persons, that is held out to
            choose the epoch, in [0, 1).
        mirrored: also fit on left-right mirrored pictures.
        seed: of everything random in the fit.
        weights: of the losses; None takes the form's own.
    """

    FITTED_ON: ClassVar[Literal["labelled images", "rendered edits"]]

    epochs: int = 12
    learning_rate: float = 1e-3
    weight_decay: float = 5e-4
    validation_share: float = 0.1
    mirrored: bool = True
    seed: int = 0
    weights: LossWeights | None = None

    def __post_init__(self) -> None:
        check_numbers(self)


@dataclass(frozen=True)
class ImageFitSettings(FitSettings):
    """How a form is fitted on labelled images.

    Attributes:
        batch_images: images per step; all their pairs are compared.
        images_per_identity: images of one identity that are put in a batch together.
    """

    FITTED_ON = "labelled images"

    batch_images: int = 64
    images_per_identity: int = 1


@dataclass(frozen=True)
class EditFitSettings(FitSettings):
    """How a form is fitted on rendered edits, whose effects are measured.

    Attributes:
        pairs: edit pairs with measured truth, mirrored ones not counted; an edited family gives six, so it
            is rounded up to whole shards of fifty families.
        batch_families: families per step; all their pairs are compared.
        reveal: probability that a step is given which groups differ, so that values are learnt early.
        edit_seed: of persons and views.
        mark: fit on persons with an identity mark on the backpack (planted targets only).
        shuffled: deal the true contributions of each pair to random groups: a sanity check, whose
            interpreter must be worthless.
        scene: of the edited persons and their views (:mod:`attrimeter.synthesis.scenes`).
    """

    FITTED_ON = "rendered edits"

    epochs: int = 8
    learning_rate: float = 2e-3
    weight_decay: float = 1e-3
    validation_share: float = 0.04
    pairs: int = 60_000
    batch_families: int = 5
    reveal: float = 0.5
    edit_seed: int = 0
    mark: bool = False
    shuffled: bool = False
    scene: str = "standard"
