"""What an interpreter's folder says of itself: read strictly, once, before anything of it is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any

from pydantic import Field, ValidationError

from attrimeter.errors import AttriMeterError, InterpreterError
from attrimeter.interpreter.card_files import check_changes, check_trust
from attrimeter.interpreter.facts import Facts
from attrimeter.interpreter.interpreter import InterpreterSettings
from attrimeter.interpreter.strict_model import (
    Count,
    StrictModel,
    Text,
    Weights,
    first_fault,
    seal_of,
)
from attrimeter.schemas import AttributeSchema, schema_from_dict, schema_to_dict

FORMAT = 2
OLDER = 1
"""The format without a seal, which opens as well."""


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
    facts: Facts
    attributes: _Schema = Field(alias="schema")
    seal: Text | None = None


@dataclass(frozen=True)
class Description:
    """A folder's settings file.

    Attributes:
        weights: name of the file of the weights.
        settings: how the interpreter is built.
        target: which target it explains.
        facts: what fitting left for explaining.
        schema: its attributes.
    """

    weights: str
    settings: InterpreterSettings
    target: FittedTarget
    facts: Facts
    schema: AttributeSchema

    def to_dict(self) -> dict[str, Any]:
        """As plain data with a seal, by which a later change of any of them is noticed."""
        data = {
            "format": FORMAT,
            "weights": self.weights,
            "settings": asdict(self.settings),
            "target": self.target.model_dump(exclude_none=True),
            "facts": self.facts.to_dict(),
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
        file = _File.model_validate({**data, "facts": rename_facts(data.get("facts"))})
        _check_seal(file, data)
        schema = schema_from_dict(data["schema"], origin="its schema")
        _check_facts(file.facts, schema)
        settings = InterpreterSettings(**file.settings.model_dump())
    except ValidationError as error:
        raise _damaged(origin, first_fault(error)) from error
    except (AttriMeterError, ValueError) as error:
        raise _damaged(origin, str(error).rstrip(".")) from error
    return Description(file.weights, settings, file.target, file.facts, schema)


def _damaged(origin: str, reason: str) -> InterpreterError:
    reason = reason if len(reason) <= 300 else f"{reason[:300]}..."
    return InterpreterError(f"{origin} is damaged ({reason}); fit the interpreter again.")


def _check_seal(file: _File, data: Mapping[str, Any]) -> None:
    if file.seal is None and file.format == OLDER:
        return
    if file.seal != seal_of({name: value for name, value in data.items() if name != "seal"}):
        raise ValueError("it was changed after it was written")


def _check_facts(facts: Facts, schema: AttributeSchema) -> None:
    """Raises ValueError or InterpreterError where a fact does not fit the schema or is in no order."""
    for fault in facts.faults(schema):
        raise ValueError(fault)
    if facts.trust is not None:
        check_trust(facts.trust, groups=tuple(schema.groups))
    if facts.changes is not None:
        check_changes(facts.changes, groups=len(schema.groups))


def rename_facts(facts: Any) -> Any:
    """The facts under their present names; what has another form than facts have is left as it is.

    ``flips`` is ``changes`` now, the share ``flips`` in its rules is ``works``, and ``fit.look`` is
    ``fit.scene``.
    """
    facts = _rename(facts, "flips", "changes")
    match facts:
        case {"fit": {"look": _}}:
            facts = {**facts, "fit": _rename(facts["fit"], "look", "scene")}
    match facts:
        case {"changes": {"rules": dict(rules)}}:
            named = {turn: _rename(rule, "flips", "works") for turn, rule in rules.items()}
            facts = {**facts, "changes": {**facts["changes"], "rules": named}}
    return facts


def _rename(data: Any, before: str, now: str) -> Any:
    """The same with one entry under another name; an entry that has that name already is not replaced."""
    if not isinstance(data, dict) or now in data:
        return data
    return {now if name == before else name: value for name, value in data.items()}
