"""The losses that an interpreter is fitted with: pure functions of tensors."""

from attrimeter.losses.counterfactual import (
    EditTargets,
    cover_loss,
    differ_loss,
    move_loss,
    share_loss,
    value_loss,
)
from attrimeter.losses.labels import (
    attribute_prior_loss,
    difference_loss,
    distillation_gap,
    distillation_loss,
    evidence_loss,
    prior_thresholds,
)
from attrimeter.losses.parts import (
    cell_targets,
    cover_targets,
    part_claims,
    part_loss,
    sum_groups,
    template_targets,
)

__all__ = [
    "EditTargets",
    "attribute_prior_loss",
    "cell_targets",
    "cover_loss",
    "cover_targets",
    "differ_loss",
    "difference_loss",
    "distillation_gap",
    "distillation_loss",
    "evidence_loss",
    "move_loss",
    "part_claims",
    "part_loss",
    "prior_thresholds",
    "share_loss",
    "sum_groups",
    "template_targets",
    "value_loss",
]
