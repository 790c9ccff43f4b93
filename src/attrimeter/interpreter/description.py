"""What an interpreter's folder says of itself: read strictly, once, before anything of it is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from attrimeter.errors import AttriMeterError, InterpreterError
from attrimeter.interpreter.change_file import changes_from_dict
from attrimeter.interpreter.earlier_names import rename_facts
from attrimeter.interpreter.interpreter import InterpreterSettings
from attrimeter.interpreter.strict_model import (
    Count,
    Distance,
    Share,
    StrictModel,
    Text,
    Weights,
    first_fault,
    seal_of,
)
from attrimeter.interpreter.trust_file import trust_from_dict
from attrimeter.schemas import AttributeSchema, schema_from_dict, schema_to_dict

FORMAT = 2
OLDER = 1
"""The format without a seal, which opens as well."""

_ROUNDING = 1e-6


_LEFT_OUT: Any = Field(default=None)  # but not null

Side = Annotated[int, Field(ge=1, le=10_000)]
Quantiles = Annotated[list[Distance], Field(max_length=10_000)]


class Probe(StrictModel):
    """What the target made of a fixed picture."""

    version: Count
    numbers: Annotated[list[float], Field(max_length=4096)]


class FittedTarget(StrictModel):
    """The target that an interpreter was fitted on.

    Attributes:
        name: of its profile.
        fingerprint: 64 hexadecimal digits.
        probe: what it made of a fixed picture; older folders have none.
    """

    name: Text
    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    probe: Probe | None = None


class _TargetFacts(StrictModel):
    path: Annotated[str, Field(max_length=8192)] = _LEFT_OUT
    profile: Text = _LEFT_OUT
    metric: Literal["euclidean", "cosine"] = _LEFT_OUT
    last_stride: Annotated[int, Field(ge=1, le=2)] = _LEFT_OUT
    input_size: Annotated[list[Side], Field(min_length=2, max_length=2)] = _LEFT_OUT


class _Distances(StrictModel):
    same: Quantiles = _LEFT_OUT
    different: Quantiles = _LEFT_OUT


class _Attributes(StrictModel):
    prevalence: list[Share] = _LEFT_OUT
    differs: list[Share] = _LEFT_OUT


class _Fit(StrictModel):
    data: Text = _LEFT_OUT
    images: Count = _LEFT_OUT
    identities: Count = _LEFT_OUT
    validation_identities: Count = _LEFT_OUT
    pairs: Count = _LEFT_OUT
    families: Count = _LEFT_OUT
    real_images: Count = _LEFT_OUT
    scene: Text = _LEFT_OUT
    epochs: Count = _LEFT_OUT
    seed: int = _LEFT_OUT
    epoch: Count = _LEFT_OUT
    validation: dict[Text, float | None] = _LEFT_OUT


class _Facts(StrictModel):
    """What is known of an interpreter besides its weights; each part may be left out."""

    target: _TargetFacts = _LEFT_OUT
    distances: _Distances = _LEFT_OUT
    attributes: _Attributes = _LEFT_OUT
    true_shares: list[float] = _LEFT_OUT
    fit: _Fit = _LEFT_OUT
    trust: dict[str, Any] = _LEFT_OUT
    changes: dict[str, Any] = _LEFT_OUT


class _SchemaAttribute(StrictModel):
    name: Text
    field: Text
    group: Text
    parts: Annotated[list[Text], Field(min_length=1, max_length=100)]
    negative: Text
    positive: Text


class _Schema(StrictModel):
    name: Text
    attributes: Annotated[list[_SchemaAttribute], Field(min_length=1)]


class _Settings(StrictModel):
    form: str = "exact"
    trunk: str = "frozen"
    hidden: int = 256


class _File(StrictModel):
    format: Annotated[int, Field(ge=OLDER, le=FORMAT)]
    weights: Weights
    settings: _Settings
    target: FittedTarget
    facts: _Facts
    attributes: _Schema = Field(alias="schema")
    seal: Text | None = None


@dataclass(frozen=True)
class Description:
    """A folder's settings file.

    Attributes:
        weights: name of the file of the weights.
        settings: how the interpreter is built.
        target: which target it explains.
        facts: what fitting left for explaining (:attr:`Interpreter.facts`), each in its range and of a length
            that fits the schema.
        schema: its attributes.
    """

    weights: str
    settings: InterpreterSettings
    target: FittedTarget
    facts: dict[str, Any]
    schema: AttributeSchema

    def to_dict(self) -> dict[str, Any]:
        """As plain data with a seal, by which a later change of any of them is noticed."""
        data = {
            "format": FORMAT,
            "weights": self.weights,
            "settings": asdict(self.settings),
            "target": self.target.model_dump(exclude_none=True),
            "facts": self.facts,
            "schema": schema_to_dict(self.schema),
        }
        return {**data, "seal": seal_of(data)}


def description_from_dict(data: Any, *, origin: str) -> Description:
    """The description in plain data as JSON has them.

    Args:
        origin: where they come from, for errors.

    Raises:
        InterpreterError: something is missing, unknown, of another type or out of its range; or data that
            were changed after they were written.
    """
    if not isinstance(data, dict) or data.get("format") not in (OLDER, FORMAT):
        raise InterpreterError(f"{origin} is not in format {FORMAT}; fit the interpreter again.")
    try:
        facts = rename_facts(data.get("facts"))
        file = _File.model_validate({**data, "facts": facts})
        _check_seal(file, data)
        schema = schema_from_dict(data["schema"], origin="its schema")
        _check_facts(file.facts, schema)
        settings = InterpreterSettings(**file.settings.model_dump())
    except ValidationError as error:
        raise _damaged(origin, first_fault(error)) from error
    except (AttriMeterError, ValueError) as error:
        raise _damaged(origin, str(error).rstrip(".")) from error
    return Description(file.weights, settings, file.target, facts, schema)


def _damaged(origin: str, reason: str) -> InterpreterError:
    reason = reason if len(reason) <= 300 else f"{reason[:300]}..."
    return InterpreterError(f"{origin} is damaged ({reason}); fit the interpreter again.")


def _check_seal(file: _File, data: Mapping[str, Any]) -> None:
    if file.seal is None and file.format == OLDER:
        return
    if file.seal != seal_of({name: value for name, value in data.items() if name != "seal"}):
        raise ValueError("it was changed after it was written")


def _check_facts(facts: _Facts, schema: AttributeSchema) -> None:
    """Raises ValueError or InterpreterError where a fact does not fit the schema or is in no order."""
    known = facts.attributes or _Attributes()
    lengths: dict[str, tuple[list[float] | None, int]] = {
        "attributes.prevalence": (known.prevalence, len(schema)),
        "attributes.differs": (known.differs, len(schema)),
        "true_shares": (facts.true_shares, len(schema.groups)),
    }
    for name, (values, wanted) in lengths.items():
        if values is not None and len(values) != wanted:
            raise ValueError(f"facts.{name} has {len(values)} numbers for {wanted} of the schema")
    for kind in ("same", "different"):
        quantiles = getattr(facts.distances, kind, None) or []
        if any(b < a - _ROUNDING * a for a, b in pairwise(quantiles)):
            raise ValueError(f"facts.distances.{kind} does not ascend")
    if facts.trust is not None:
        trust_from_dict(facts.trust, groups=tuple(schema.groups))
    if facts.changes is not None:
        changes_from_dict(facts.changes, groups=len(schema.groups))
