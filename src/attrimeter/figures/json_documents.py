"""Every report as JSON for other programs, and back, under the schemas in docs/schemas.

A document holds the fields of its value under their names, after ``document`` (what it is) and ``version``.
All numbers are kept as they are, what is not known (NaN, infinity) is null, and paths have forward slashes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, cast, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from attrimeter.errors import AttriMeterError, SettingsError
from attrimeter.figures.pair.document import ExplanationDocument, document_of_pair
from attrimeter.figures.text.plain_json import plain_json
from attrimeter.storage import json_text, parse_json
from attrimeter.values import Benchmark, Evaluation, PairExplanation
from attrimeter.values.audit import Audit
from attrimeter.values.benchmark import BenchmarkRun
from attrimeter.values.cache_content import CacheContent, Cleared
from attrimeter.values.changes import ChangeFindings
from attrimeter.values.checkpoint_report import CheckpointReport, Conversion, KnownTargets
from attrimeter.values.comparison import Comparison
from attrimeter.values.made import Calibration, RenderedDataset, TrainedTarget
from attrimeter.values.planted import PlantedFindings
from attrimeter.values.real_edits import RealEditScores
from attrimeter.values.sanity import SanityFindings

Value = TypeVar("Value")


@dataclass(frozen=True)
class Document:
    """One kind of document.

    Attributes:
        name: what it calls itself, after "attrimeter.".
        command: the command that writes it with --json; "" where only :func:`to_json` does.
        version: of its keys.
        earlier: versions that are read as well.
        derived: properties of the value that are written too, and passed over in reading back.
        only_if_known: fields that are left out where they are None.
    """

    name: str
    command: str = ""
    version: int = 1
    earlier: tuple[int, ...] = ()
    derived: tuple[str, ...] = ()
    only_if_known: tuple[str, ...] = ()


DOCUMENTS: Mapping[type, Document] = {
    ExplanationDocument: Document("pair-explanation", "explain", version=3, earlier=(2,)),
    Audit: Document("audit", "audit"),
    Comparison: Document("comparison", "compare"),
    Evaluation: Document("evaluation", "evaluate", only_if_known=("reweighting",)),
    Benchmark: Document("benchmark", "benchmark", version=2, earlier=(1,)),
    SanityFindings: Document("sanity", "check sanity", derived=("times_worse", "holds")),
    PlantedFindings: Document("planted", "check planted", version=2, earlier=(1,)),
    ChangeFindings: Document("changes", "check changes"),
    RealEditScores: Document("photographs", "check photographs"),
    CheckpointReport: Document("checkpoint", "inspect", derived=("opens",)),
    KnownTargets: Document("targets", "targets"),
    Conversion: Document("conversion"),
    Calibration: Document("calibration"),
    RenderedDataset: Document("rendered-data-set"),
    TrainedTarget: Document("trained-target"),
    CacheContent: Document("cache", "cache", derived=("size",)),
    Cleared: Document("cleared", "cache clear", derived=("size",)),
}
"""The type of each value that has a document -> how it is written."""

_EARLIER: Mapping[Any, str] = {"told_labels": "uses_labels", "told": "uses_labels", "flips": "works"}
"""Names of fields in documents that were written earlier, with those of today."""

_MADE_BY: Mapping[type, Callable[[Any], Any]] = {
    PairExplanation: document_of_pair,
    BenchmarkRun: attrgetter("benchmark"),
}
"""Values whose document is another one, with what makes it."""


def to_json(value: Any) -> str:
    """The document of a value as the text of a file.

    Args:
        value: of a type in :data:`DOCUMENTS`, a pair's explanation, or the run of a benchmark.

    Raises:
        SettingsError: a value that has no document.
    """
    made = _MADE_BY.get(type(value), lambda same: same)(value)
    document = _document(type(made))
    head = {"document": f"attrimeter.{document.name}", "version": document.version}
    derived = {name: getattr(made, name) for name in document.derived}
    entries = {**head, **derived, **_fields(type(made), made), **head}
    unknown = {name for name in document.only_if_known if entries[name] is None}
    return json_text(plain_json({name: entries[name] for name in entries if name not in unknown}))


def from_json(kind: type[Value], text: str | bytes) -> Value:
    """The value that :func:`to_json` wrote, number by number; null is NaN again where a number stands.

    Args:
        kind: a type in :data:`DOCUMENTS`.
        text: of the document.

    Raises:
        SettingsError: a type that has no document.
        AttriMeterError: the text is no such document, or a field is missing or damaged.
    """
    document = _document(kind)
    words = document.name.replace("-", " ")
    command = f"'attrimeter {document.command} --json'" if document.command else "attrimeter.figures.to_json"
    try:
        read = parse_json(text)
    except ValueError as error:
        raise AttriMeterError(f"This is not JSON ({error}); give what {command} wrote.") from error
    known = read if isinstance(read, dict) else {}
    named, version = known.get("document"), known.get("version")
    if named != f"attrimeter.{document.name}" or version not in (document.version, *document.earlier):
        article = "an" if words[0] in "aeiou" else "a"
        raise AttriMeterError(
            f"This is not {article} {words} in version {document.version}; give what {command} wrote."
        )
    try:
        return cast("Value", _adapter(cast("Any", kind)).validate_python(_with_nan(kind, known)))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise AttriMeterError(
            f"The {words} is damaged at {place!r} ({first['msg']}); write it again with {command}."
        ) from error


def schema_of(kind: type) -> dict[str, Any]:
    """The JSON schema of the documents of a type in :data:`DOCUMENTS`.

    Raises:
        SettingsError: a type that has no document.
    """
    document = _document(kind)
    if not is_dataclass(kind):
        return _adapter(kind).json_schema(mode="serialization")
    derived = {name: get_type_hints(getattr(kind, name).fget)["return"] for name in document.derived}
    mode: JsonSchemaMode = "serialization"
    parts = [(key, mode, _adapter(part)) for key, part in {"": kind, **derived}.items()]
    found, shared = TypeAdapter.json_schemas(parts, schema_generator=_UnknownIsNull)
    shown = {key: schema for (key, _), schema in found.items()}
    own = shared["$defs"].pop(shown[""]["$ref"].rpartition("/")[2])
    head = {"document": {"const": f"attrimeter.{document.name}"}, "version": {"const": document.version}}
    entries = {**head, **{name: shown[name] for name in derived}, **own["properties"]}
    return {
        **shared,
        **own,
        "title": f"AttriMeter {document.name}",
        "properties": entries,
        "required": [name for name in entries if name not in document.only_if_known],
    }


class _UnknownIsNull(GenerateJsonSchema):
    """Schemas of what :func:`to_json` writes: all fields are there, and an unknown number is null."""

    def float_schema(self, schema: Any) -> dict[str, Any]:
        return {"type": ["number", "null"]}

    def field_is_required(self, field: Any, total: bool) -> bool:
        return True


def _document(kind: type) -> Document:
    if kind not in DOCUMENTS:
        raise SettingsError(f"{kind.__name__} has no JSON document; give one of {', '.join(_names())}.")
    return DOCUMENTS[kind]


def _names() -> list[str]:
    return [kind.__name__ for kind in DOCUMENTS]


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _fields(kind: type, value: Any) -> dict[str, Any]:
    plain: dict[str, Any] = _adapter(kind).dump_python(value, by_alias=True, warnings=False)
    return plain


def _with_nan(hint: Any, value: Any) -> Any:
    """What was read, with NaN for null wherever the type asks for a number and nothing else."""
    kinds = get_args(hint)
    if hint is float:
        return math.nan if value is None else value
    if type(None) in kinds:
        return None if value is None else _with_nan(kinds[0], value)
    if isinstance(value, dict):
        fields, inner = get_type_hints(hint) if is_dataclass(hint) else {}, kinds[-1] if kinds else None
        named = {_EARLIER.get(key, key): entry for key, entry in value.items()} if fields else value
        return {key: _with_nan(fields.get(key, inner), entry) for key, entry in named.items()}
    if isinstance(value, list) and kinds:
        return [_with_nan(kinds[0], entry) for entry in value]
    return value
