"""The losses that an interpreter is fitted with: one file each, pure functions of tensors."""

from attrimeter.losses.attribute_prior import attribute_prior_loss, prior_thresholds
from attrimeter.losses.difference import difference_loss
from attrimeter.losses.distillation import distillation_gap, distillation_loss
from attrimeter.losses.evidence import evidence_loss
from attrimeter.losses.parts import (
    cell_targets,
    part_claims,
    part_loss,
    sum_groups,
    template_targets,
)

__all__ = [
    "attribute_prior_loss",
    "cell_targets",
    "difference_loss",
    "distillation_gap",
    "distillation_loss",
    "evidence_loss",
    "part_claims",
    "part_loss",
    "prior_thresholds",
    "sum_groups",
    "template_targets",
]
