"""The attribute files of Market-1501 and DukeMTMC-reID (Lin et al. 2019), read and written.

Such a ``.mat`` file holds one struct with the parts ``train`` and ``test``. Each part has a field per
attribute, with one value per identity, and ``image_index`` with the identities as four digits. The fields
come in another order in each part, so they are taken by name. Coding: 1 negative, 2 positive, 0 unknown.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import scipy.io
from jaxtyping import Int, Int8, Int64

from attrimeter.arrays import Array
from attrimeter.datasets.attribute_table import AttributeTable
from attrimeter.datasets.mat_files import MAX_BYTES, MatReader, Parts, UnreadableMatError, read_mat
from attrimeter.errors import DatasetError
from attrimeter.schemas import AttributeSchema
from attrimeter.schemas.market1501 import AGE_FIELD
from attrimeter.storage import read_limited, write_bytes

IDENTITY_FIELD = "image_index"
_HEADER = b"MATLAB 5.0 MAT-file, written by AttriMeter"
_HEADER_LENGTH = 116
_DIGITS = re.compile("[0-9]{1,18}")
_HIGHEST = 10**18


def read_market_attributes(
    path: str | os.PathLike[str], *, schema: AttributeSchema, reader: MatReader | None = None
) -> AttributeTable:
    """The labels of every identity of both parts of the attribute file ``path``, in the schema's order.

    A field of the schema that a part lacks gives -1 there and is named in ``missing_fields``.

    Args:
        reader: reads many files in one child process; None starts one for this file.

    Raises:
        DatasetError: no such file, not a MATLAB file of this structure, a value that is not 0, 1 or 2, an
            identity that occurs twice, or none of the schema's fields.
    """
    place = Path(path)
    parts = _load_parts(place, schema, reader)
    tables = [_read_part(fields, place=place, part=part, schema=schema) for part, fields in parts.items()]
    missing = {field for table in tables for field in table.missing_fields}
    if missing == set(schema.fields):
        raise DatasetError(
            f"The attribute file {place} has none of the fields of the schema {schema.name!r} "
            f"({', '.join(schema.fields[:3])}, ...); name the schema that it was made with."
        )
    identities = np.concatenate([table.identities for table in tables])
    order = np.argsort(identities, kind="stable")
    identities = identities[order]
    if len(identities) and (identities[1:] == identities[:-1]).any():
        twice = identities[1:][identities[1:] == identities[:-1]][0]
        raise DatasetError(f"The attribute file {place} lists identity {twice} twice; remove one of the two.")
    return AttributeTable(
        identities=identities,
        labels=np.concatenate([table.labels for table in tables])[order],
        ages=np.concatenate([table.ages for table in tables])[order],
        missing_fields=tuple(field for field in schema.fields if field in missing),
        in_test=np.repeat([part == "test" for part in parts], [len(table.identities) for table in tables])[
            order
        ],
    )


def write_market_attribute(
    path: str | os.PathLike[str],
    *,
    schema: AttributeSchema,
    train_identities: Sequence[int] | Int[Array, " train"],
    train_labels: Int8[Array, "train attr"],
    test_identities: Sequence[int] | Int[Array, " test"],
    test_labels: Int8[Array, "test attr"],
    train_ages: Int[Array, " train"] | None = None,
    test_ages: Int[Array, " test"] | None = None,
) -> None:
    """Write an attribute file as that of Market-1501, atomically; the same labels give the same bytes.

    Args:
        path: where to.
        schema: names the fields; those of ``test`` are written in the reverse order, because in the official
            files the order of the two parts differs as well.
        train_identities, test_identities: one per row of the labels, not negative.
        train_labels, test_labels: 1 positive, 0 negative, -1 unknown, one row per identity.
        train_ages, test_ages: 1 child, 2 teenager, 3 adult, 4 old, 0 unknown; None leaves the field out.

    Raises:
        DatasetError: labels that do not fit identities or schema, or a field that MATLAB could not name.
        StorageError: the file cannot be written.
    """
    wrong = [f for f in schema.fields if not (f.isidentifier() and f.isascii()) or f[0] == "_" or len(f) > 31]
    if wrong:
        raise DatasetError(
            f"The field {wrong[0]!r} of the schema {schema.name!r} is no MATLAB name; use at most 31 "
            "letters, digits and underscores, with a letter first."
        )
    train = _part_to_write(schema, "train", np.asarray(train_identities), train_labels, train_ages)
    test = _part_to_write(schema, "test", np.asarray(test_identities), test_labels, test_ages)
    identity_column = test.pop(IDENTITY_FIELD)
    test = dict(reversed(test.items())) | {IDENTITY_FIELD: identity_column}
    buffer = io.BytesIO()
    scipy.io.savemat(buffer, {"market_attribute": {"test": test, "train": train}}, oned_as="row")
    content = _HEADER.ljust(_HEADER_LENGTH) + buffer.getvalue()[_HEADER_LENGTH:]  # without the time of day
    write_bytes(path, content)


def _load_parts(place: Path, schema: AttributeSchema, reader: MatReader | None) -> Parts:
    fields = (IDENTITY_FIELD, AGE_FIELD, *schema.fields)
    try:
        content = read_limited(place, MAX_BYTES)
        parts = read_mat(content, fields) if reader is None else reader.read(content, fields)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise DatasetError(f"There is no attribute file {place}; check the path.") from error
    except OSError as error:
        raise DatasetError(
            f"The attribute file {place} cannot be read: {error.strerror or error}."
        ) from error
    except UnreadableMatError as error:
        raise DatasetError(
            f"The attribute file {place} is not a MATLAB file that can be read {error}."
        ) from error
    if parts is None:
        raise DatasetError(
            f"The attribute file {place} holds no struct with the parts 'train' and 'test'; "
            "an attribute file looks like market_attribute.mat of Market-1501."
        )
    return parts


def _read_part(
    fields: Mapping[str, Any], *, place: Path, part: str, schema: AttributeSchema
) -> AttributeTable:
    if IDENTITY_FIELD not in fields:
        raise DatasetError(
            f"The part {part!r} of the attribute file {place} lacks {IDENTITY_FIELD!r}, the identities."
        )
    identities = _read_identities(fields[IDENTITY_FIELD], part, place)
    labels = np.full((len(identities), len(schema)), -1, dtype=np.int8)
    for column, field in enumerate(schema.fields):
        if field in fields:
            values = _read_field(fields[field], len(identities), f"{part}.{field}", place, highest=2)
            labels[:, column] = values - 1
    ages = np.zeros(len(identities), dtype=np.int8)
    if AGE_FIELD in fields:
        ages = _read_field(fields[AGE_FIELD], len(identities), f"{part}.{AGE_FIELD}", place, highest=4)
    missing = tuple(field for field in schema.fields if field not in fields)
    return AttributeTable(identities=identities, labels=labels, ages=ages, missing_fields=missing)


def _read_identities(values: Any, part: str, place: Path) -> Int64[Array, " persons"]:
    """Whole numbers from 0, written as digits or as numbers."""
    for value in values if isinstance(values, list) else [values]:
        digits = isinstance(value, str) and _DIGITS.fullmatch(value.strip()) is not None
        whole = isinstance(value, (int, float)) and 0 <= value < _HIGHEST and value == int(value)
        if not digits and not whole:
            raise DatasetError(
                f"The identities of part {part!r} of the attribute file {place} are no numbers "
                f"({str(value)[:40]!r}); they are whole numbers of at most 18 digits."
            )
    return np.array([int(value) for value in values], dtype=np.int64)


def _read_field(values: Any, count: int, name: str, place: Path, *, highest: int) -> Int8[Array, " persons"]:
    if not isinstance(values, list):
        found = f"is {str(values)[:100]}"
    elif not all(isinstance(value, (int, float)) for value in values):
        found = "holds text"
    else:
        found = "" if len(values) == count else f"has {len(values)} values"
    if found:
        raise DatasetError(
            f"The field {name} of the attribute file {place} {found}; "
            f"it needs one number for each of the {count} identities."
        )
    wrong = [value for value in values if value not in range(highest + 1)]
    if wrong:
        raise DatasetError(
            f"The field {name} of the attribute file {place} holds {wrong[0]}; known values are 0 (unknown) "
            f"to {highest}."
        )
    return np.array(values, dtype=np.int8)


def _part_to_write(
    schema: AttributeSchema, part: str, identities: Array, labels: Array, ages: Array | None
) -> dict[str, Array]:
    if labels.shape != (len(identities), len(schema)) or not np.isin(labels, (-1, 0, 1)).all():
        raise DatasetError(
            f"The {part} labels must be -1, 0 or 1, one row for each of {len(identities)} identities and one "
            f"column for each of {len(schema)} attributes; got shape {labels.shape}."
        )
    if ages is not None and (ages.shape != identities.shape or not np.isin(ages, range(5)).all()):
        raise DatasetError(f"The {part} ages must be 0 to 4, one for each of {len(identities)} identities.")
    fields = {} if ages is None else {AGE_FIELD: ages.astype(np.uint8)[None]}
    for field, column in zip(schema.fields, labels.T, strict=True):
        fields[field] = (column.astype(np.int16) + 1).astype(np.uint8)[None]
    names = np.empty((1, len(identities)), dtype=object)
    names[0] = [f"{identity:04d}" for identity in identities]
    return fields | {IDENTITY_FIELD: names}
