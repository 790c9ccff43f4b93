"""How an interpreter is fitted."""

from __future__ import annotations

from dataclasses import dataclass

from attrimeter.ranges import LARGEST, check_numbers
from attrimeter.synthesis.scenes import STANDARD, find_scene


@dataclass(frozen=True)
class LossWeights:
    """What each loss counts; 0 leaves it out.

    Attributes:
        distillation: |D - mean_k d^k| (distilled form only).
        prior: the published attribute prior on the shares of a pair.
        difference: cross-entropy of which attributes differ, from their shares; orders what the prior ties.
        evidence: binary cross-entropy of the attribute states read in an image.
        parts: divergence of the grouped partition from part masks, where the data have them (exact form).
        template: the same from where parts usually are in a crop, for data without part masks.
    """

    distillation: float = 0.0
    prior: float = 0.0
    difference: float = 0.0
    evidence: float = 1.0
    parts: float = 0.0
    template: float = 0.0

    def __post_init__(self) -> None:
        check_numbers(self)


FORM_WEIGHTS: dict[str, LossWeights] = {
    "distilled": LossWeights(distillation=1.0, prior=10.0, evidence=1.0),
    "exact": LossWeights(difference=10.0, evidence=1.0, parts=5.0, template=1.0),
}
"""The default weights of each form."""


@dataclass(frozen=True)
class FitSettings:
    """How long and how fast.

    Attributes:
        epochs: passes over the fitting identities, >= 1.
        batch_images: images per step; all their pairs are compared.
        images_per_identity: images of one identity that are put in a batch together.
        learning_rate: the highest of a cosine schedule with one epoch of linear warm-up.
        weight_decay: of AdamW.
        validation_share: share of the training identities that is held out to choose the epoch, in [0, 1).
        mirrored: also fit on left-right mirrored images.
        seed: of everything random.
        weights: of the losses; None takes the form's own.
    """

    epochs: int = 12
    batch_images: int = 64
    images_per_identity: int = 1
    learning_rate: float = 1e-3
    weight_decay: float = 5e-4
    validation_share: float = 0.1
    mirrored: bool = True
    seed: int = 0
    weights: LossWeights | None = None

    def __post_init__(self) -> None:
        check_numbers(self)


@dataclass(frozen=True)
class CounterfactualSettings:
    """How the counterfactual form is fitted.

    Attributes:
        pairs: edit pairs with measured truth; an edited family gives six, so it is rounded up to
            whole shards of fifty families.
        epochs: passes over all families, >= 1.
        batch_families: families per step; all their pairs are compared.
        learning_rate: the highest of a cosine schedule with a linear warm-up over 100 steps.
        weight_decay: of AdamW.
        validation_share: share of the families that is held out to choose the epoch, in [0, 1).
        mirrored: also fit on the mirrored pictures, measured like the others and counted besides ``pairs``.
        told: probability that a step is told which groups differ, so that values are learnt early.
        seed: of everything random in the fit; ``edit_seed`` is that of persons and views.
        mark: fit on persons with an identity mark on the backpack (planted targets only).
        shuffled: deal the true contributions of each pair to random groups: a sanity check, whose
            interpreter must be worthless.
        scene: of the edited persons and their views (:mod:`attrimeter.synthesis.scenes`).
    """

    pairs: int = 60_000
    epochs: int = 8
    batch_families: int = 5
    learning_rate: float = 2e-3
    weight_decay: float = 1e-3
    validation_share: float = 0.04
    mirrored: bool = True
    told: float = 0.5
    seed: int = 0
    edit_seed: int = 0
    mark: bool = False
    shuffled: bool = False
    scene: str = STANDARD

    def __post_init__(self) -> None:
        check_numbers(self)
        find_scene(self.scene)


def epoch_seed(seed: int, epoch: int) -> int:
    """The seed of PyTorch's own generator in that epoch; any seed of the range gives one of 63 bits."""
    return (seed * 100_003 + epoch) & LARGEST
