"""How an interpreter is fitted."""

from __future__ import annotations

from dataclasses import dataclass, fields

from attrimeter.errors import SettingsError
from attrimeter.synthesis.looks import STANDARD, find_look


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
        for field in fields(self):
            value = getattr(self, field.name)
            if not value >= 0:
                raise SettingsError(f"The loss weight {field.name} must be 0 or more; got {value}.")


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
        flips: also fit on left-right mirrored images.
        seed: of everything random.
        weights: of the losses; None takes the form's own.
    """

    epochs: int = 12
    batch_images: int = 64
    images_per_identity: int = 1
    learning_rate: float = 1e-3
    weight_decay: float = 5e-4
    validation_share: float = 0.1
    flips: bool = True
    seed: int = 0
    weights: LossWeights | None = None

    def __post_init__(self) -> None:
        if self.epochs < 1 or self.batch_images < 2 or self.images_per_identity < 1:
            raise SettingsError(
                "epochs and images per identity must be at least 1 and a batch at least 2 images; got "
                f"{self.epochs}, {self.images_per_identity} and {self.batch_images}."
            )
        if not 0 <= self.validation_share < 1:
            raise SettingsError(f"validation_share must be in [0, 1); got {self.validation_share}.")
        if not self.learning_rate > 0 or not self.weight_decay >= 0:
            raise SettingsError("The learning rate must be above 0 and the weight decay 0 or more.")


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
        look: of the edited persons and their views (:mod:`attrimeter.synthesis.looks`).
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
    look: str = STANDARD

    def __post_init__(self) -> None:
        if self.pairs < 1 or self.epochs < 1 or self.batch_families < 1:
            raise SettingsError(
                "pairs, epochs and families per batch must be at least 1; got "
                f"{self.pairs}, {self.epochs} and {self.batch_families}."
            )
        if not 0 <= self.validation_share < 1 or not 0 <= self.told <= 1:
            raise SettingsError("validation_share must be in [0, 1) and told in [0, 1].")
        find_look(self.look)
        if not self.learning_rate > 0 or not self.weight_decay >= 0:
            raise SettingsError("The learning rate must be above 0 and the weight decay 0 or more.")
