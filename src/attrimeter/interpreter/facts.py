"""What is known of an interpreter besides its weights: one frozen value in memory and on disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from attrimeter.interpreter.card_files import (
    changes_from_dict,
    changes_to_dict,
    trust_from_dict,
    trust_to_dict,
)
from attrimeter.interpreter.strict_model import Count, Distance, Share, StrictModel, Text
from attrimeter.schemas import AttributeSchema
from attrimeter.values.change_answer import ChangeCard
from attrimeter.values.trust import TrustCard

_ROUNDING = 1e-6

Side = Annotated[int, Field(ge=1, le=10_000)]
Quantiles = Annotated[tuple[Distance, ...], Field(max_length=10_000, strict=False)]
Shares = Annotated[tuple[Share, ...], Field(strict=False)]


def _unless(kind: type, read: Any) -> BeforeValidator:
    return BeforeValidator(lambda value: value if isinstance(value, kind) else read(value))


class _Known(StrictModel):
    """Facts that may be left out, which is None in memory; a file holds no null in their place."""

    @model_validator(mode="before")
    @classmethod
    def _refuse_null(cls, data: Any) -> Any:
        missing = (
            [str(name) for name, value in data.items() if value is None] if isinstance(data, Mapping) else []
        )
        if missing:
            raise ValueError(f"{missing[0][:60]} is null; what is not known is left out")
        return data


class TargetFacts(_Known):
    """By what the target can be opened again."""

    path: Annotated[str, Field(max_length=8192)] | None = None
    profile: Text | None = None
    metric: Literal["euclidean", "cosine"] | None = None
    last_stride: Annotated[int, Field(ge=1, le=2)] | None = None
    input_size: Annotated[tuple[Side, Side], Field(strict=False)] | None = None


class DistanceFacts(_Known):
    """Quantiles of the distance, evenly spaced from the least to the largest, among pairs of images that show
    the same person and two different ones."""

    same: Quantiles = ()
    different: Quantiles = ()


class AttributeFacts(_Known):
    """For each attribute: share of positives, and how often two persons differ in it."""

    prevalence: Shares | None = None
    differs: Shares | None = None


class FitFacts(_Known):
    """What was fitted on, and the epoch that was kept."""

    data: Text | None = None
    images: Count | None = None
    identities: Count | None = None
    validation_identities: Count | None = None
    pairs: Count | None = None
    families: Count | None = None
    real_images: Count | None = None
    scene: Text | None = None
    epochs: Count | None = None
    seed: int | None = None
    epoch: Count | None = None
    validation: dict[Text, float | None] | None = None


class Facts(_Known):
    """What fitting and measuring leave for explaining; each part may be left out.

    Attributes:
        target: by what it can be opened again.
        distances: of the persons that were fitted on.
        attributes: of the same persons.
        true_shares: mean true share of the squared distance of each group, where edits were measured.
        fit: on what, and how it went.
        trust: what contributions were worth on rendered pairs.
        changes: what answers to "what would change it" were worth.
    """

    target: TargetFacts = TargetFacts()
    distances: DistanceFacts = DistanceFacts()
    attributes: AttributeFacts = AttributeFacts()
    true_shares: Annotated[tuple[float, ...], Field(strict=False)] | None = None
    fit: FitFacts = FitFacts()
    trust: (
        Annotated[TrustCard, _unless(TrustCard, trust_from_dict), PlainSerializer(trust_to_dict)] | None
    ) = None
    changes: (
        Annotated[ChangeCard, _unless(ChangeCard, changes_from_dict), PlainSerializer(changes_to_dict)] | None
    ) = None

    def to_dict(self) -> dict[str, Any]:
        """As plain data: what is known, and nothing else."""
        return self.model_dump(mode="json", exclude_unset=True)

    def completed(self, other: Facts) -> Facts:
        """These facts, and in place of each one that ``other`` has, that of ``other``."""
        return self.model_copy(update={name: getattr(other, name) for name in other.model_fields_set})

    def faults(self, schema: AttributeSchema) -> Iterator[str]:
        """What does not fit the schema, or is in no order."""
        lengths = {
            "attributes.prevalence": (self.attributes.prevalence, len(schema)),
            "attributes.differs": (self.attributes.differs, len(schema)),
            "true_shares": (self.true_shares, len(schema.groups)),
        }
        for name, (values, wanted) in lengths.items():
            if values is not None and len(values) != wanted:
                yield f"facts.{name} has {len(values)} numbers for {wanted} of the schema"
        for kind in ("same", "different"):
            if any(b < a - _ROUNDING * a for a, b in pairwise(getattr(self.distances, kind))):
                yield f"facts.distances.{kind} does not ascend"
