"""Data for an interpreter that was fitted elsewhere: other cameras, another data set, another schema."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from attrimeter.datasets.matches import match_notes, require_matches
from attrimeter.interpreter import Interpreter
from attrimeter.schemas import SCHEMAS, AttributeSchema
from attrimeter.schemas.mapping import SchemaMapping, carry_labels, map_schemas
from attrimeter.values import ImageSet, PersonDataset
from attrimeter.workflows.opening import open_dataset

UNKNOWN_DATA = "data"
"""What a fit calls data without a name."""


@dataclass(frozen=True)
class DomainData:
    """A data set with its labels in the schema of an interpreter.

    Attributes:
        dataset: labels in the columns of the interpreter's schema, -1 where nothing is known.
        unmapped: the interpreter's attributes that the data's own schema does not have.
        notes: what a reader must know: that it was fitted on other data, which attributes are compared.
    """

    dataset: PersonDataset
    unmapped: tuple[str, ...]
    notes: tuple[str, ...]


def open_for_interpreter(
    data: PersonDataset | str | os.PathLike[str],
    interpreter: Interpreter,
    *,
    schema: str | os.PathLike[str] | AttributeSchema | None = None,
    layout: str | None = None,
    attributes: str | os.PathLike[str] | None = None,
    cameras: Sequence[int] | None = None,
    ranked: bool = False,
) -> DomainData:
    """A data set, labelled or not, its labels carried over to the interpreter's schema.

    Args:
        data: where it is, or the open data set itself.
        schema: what the labels of the data follow. None: where both the data's layout and the interpreter
            have one of the schemas that come with AttriMeter, the layout's; else the interpreter's own, whose
            fields and names are looked for in the attribute file or the columns.
        cameras: only the images of these; None takes all.
        ranked: insist that some query can find its person in the gallery, and note which cannot.

    Raises:
        DatasetError, SchemaError, SettingsError: as :func:`open_dataset` and :func:`require_matches`.
    """
    if schema is None and not isinstance(data, PersonDataset):
        schema = _own_schema(data, interpreter.schema, layout, attributes)
    opened = open_dataset(data, schema=schema, layout=layout, attributes=attributes, cameras=cameras)
    if ranked:
        require_matches(opened)
    mapping = map_schemas(opened.schema or interpreter.schema, interpreter.schema)
    dataset = opened if opened.schema == interpreter.schema else carry_dataset(opened, mapping)
    ranking = match_notes(opened) if ranked else ()
    notes = (_fitted_note(interpreter, dataset.name), _compared_note(dataset, mapping), *ranking)
    return DomainData(dataset, mapping.unmapped, tuple(note for note in notes if note))


def carry_dataset(dataset: PersonDataset, mapping: SchemaMapping) -> PersonDataset:
    """The data set with its labels in the columns of ``mapping.wanted``; see :func:`carry_labels`.

    Without labels, none is known.
    """

    def carried(images: ImageSet) -> ImageSet:
        if dataset.schema is None:
            unknown = np.full((len(images), len(mapping.wanted)), -1, dtype=np.int8)
            return replace(images, labels=unknown)
        return replace(images, labels=carry_labels(images.labels, mapping))

    return replace(
        dataset,
        schema=mapping.wanted,
        train=carried(dataset.train),
        query=carried(dataset.query),
        gallery=carried(dataset.gallery),
    )


def _own_schema(
    root: str | os.PathLike[str],
    wanted: AttributeSchema,
    layout: str | None,
    attributes: str | os.PathLike[str] | None,
) -> AttributeSchema:
    if wanted not in SCHEMAS.values():
        return wanted
    return open_dataset(root, layout=layout, attributes=attributes).schema or wanted


def _fitted_note(interpreter: Interpreter, name: str) -> str:
    fitted = interpreter.facts.fit.data or UNKNOWN_DATA
    if fitted in (name, UNKNOWN_DATA) or name.startswith(f"{fitted}, camera"):
        return ""
    return f"The interpreter was fitted on {fitted}; {name} is another data set."


def _compared_note(dataset: PersonDataset, mapping: SchemaMapping) -> str:
    if mapping.given == mapping.wanted or not mapping.unmapped:
        return ""
    compared = [name for name in mapping.wanted.names if name not in mapping.unmapped]
    return (
        f"{dataset.name} is labelled by schema {mapping.given.name!r}: {len(compared)} of the "
        f"{len(mapping.wanted)} attributes of {mapping.wanted.name!r} are compared "
        f"({', '.join(compared) or 'none'}); it has no label of the others ({', '.join(mapping.unmapped)})."
    )
