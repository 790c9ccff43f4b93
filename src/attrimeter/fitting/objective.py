"""What an interpreter is asked to do in a batch: the loss terms, from maps to numbers."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int8
from torch import Tensor

from attrimeter.interpreter import ImageReading, Interpreter
from attrimeter.interpreter.forms.fit_settings import LossWeights
from attrimeter.losses import (
    attribute_prior_loss,
    difference_loss,
    distillation_loss,
    evidence_loss,
    part_loss,
    sum_groups,
)
from attrimeter.metrics import compare_labels


@dataclass(frozen=True)
class Objective:
    """The loss of a batch.

    Attributes:
        weights: of the terms; a term of weight 0 is not computed.
        prevalence: share of positives of each attribute among the fitting images.
        template: where the groups usually are (``losses.template_targets``).
        group_index: the group of each attribute.
    """

    weights: LossWeights
    prevalence: Float[Tensor, " attr"]
    template: Float[Tensor, "groups_and_other h w"]
    group_index: Tensor

    def terms(
        self,
        interpreter: Interpreter,
        reading: ImageReading,
        labels: Int8[Tensor, "n attr"],
        part_targets: Float[Tensor, "n groups_and_other h w"] | None,
    ) -> dict[str, Float[Tensor, ""]]:
        """The unweighted terms by the names of :class:`LossWeights`."""
        found: dict[str, Tensor] = {}
        if self.weights.distillation or self.weights.prior or self.weights.difference:
            found |= self._pair_terms(interpreter, reading, labels)
        if self.weights.evidence:
            found["evidence"] = evidence_loss(reading.logits, labels, self.prevalence)
        if self.weights.parts and part_targets is not None:
            found["parts"] = part_loss(sum_groups(reading.maps, self.group_index), part_targets)
        if self.weights.template and part_targets is None:
            usual = self.template.expand(len(reading), -1, -1, -1)
            found["template"] = part_loss(sum_groups(reading.maps, self.group_index), usual)
        return found

    def _pair_terms(
        self, interpreter: Interpreter, reading: ImageReading, labels: Int8[Tensor, "n attr"]
    ) -> dict[str, Float[Tensor, ""]]:
        first, second = torch.triu_indices(len(reading), len(reading), offset=1, device=labels.device)
        components = interpreter.compare_all(reading, reading)[first, second]
        attributes = labels.shape[1]
        differs, known = compare_labels(labels[first], labels[second])
        found: dict[str, Tensor] = {}
        if self.weights.distillation:
            distances = components.detach().sum(dim=1)
            found["distillation"] = distillation_loss(distances, components[:, :attributes] * attributes)
        carried = components[:, :attributes]
        shares = carried / carried.clamp(min=0).sum(dim=1, keepdim=True).clamp(min=1e-9)
        if self.weights.prior:
            found["prior"] = attribute_prior_loss(shares.clamp(min=0), differs, known)
        if self.weights.difference:
            logits = interpreter.network.difference_logits(shares)
            found["difference"] = difference_loss(logits, differs, known)
        return found
