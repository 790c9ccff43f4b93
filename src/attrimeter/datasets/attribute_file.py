"""Which attribute file belongs to a data set, and whether its identities are those of the data."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from attrimeter.arrays import Array
from attrimeter.datasets.attribute_table import AttributeTable
from attrimeter.datasets.listing import label_images
from attrimeter.datasets.market_attribute import read_market_attributes
from attrimeter.datasets.names import DISTRACTOR_IDENTITY
from attrimeter.errors import DatasetError
from attrimeter.schemas import AttributeSchema
from attrimeter.values import ImageSet, PersonDataset, Skipped

MOST_MISSING = 0.1
"""A file that was found beside the data is used if it lists all but this share of their identities."""

MOST_MIXED = 0.05
"""And if of the persons to train, and of those to test, all but this share stand in one part of the file."""

_SHOWN = 5


def add_attributes(
    dataset: PersonDataset, schema: AttributeSchema, *, name: str, given: Path | None
) -> PersonDataset:
    """The data set with the labels of its attribute file, if it has one.

    A file that was given, or lies in the data set's folder, is used if it knows any of its persons. One that
    lies beside that folder, or beside the symbolic link that leads to it, may be another data set's: it is
    used only if its persons and its parts are those of the data. What is missed is said in the remarks.

    Args:
        name: what the file is called where it is not given.

    Raises:
        DatasetError: a given file that is not there, cannot be understood or lists none of the persons.
    """
    place = given or _find(dataset.root, name)
    if place is None:
        return dataset
    table = read_market_attributes(place, schema=schema)
    beside = given is None and place.parent != dataset.root
    parts = _persons(dataset.train), np.union1d(_persons(dataset.query), _persons(dataset.gallery))
    missing = np.setdiff1d(np.union1d(*parts), table.identities)
    persons = len(np.union1d(*parts))
    mixed = max(_mixed(part, table) for part in parts)
    others = persons > 0 and len(missing) == persons
    if others and given is not None:
        raise DatasetError(
            f"The attribute file {place} lists none of the {persons:,} identities of {dataset.root}; give "
            "the file that belongs to these data."
        )
    if others or (beside and (len(missing) > MOST_MISSING * persons or mixed > MOST_MIXED)):
        return _remark(dataset, f"The attribute file {place} is not used: {_why(missing, persons)}.")
    labelled = label_images(dataset, table)
    skipped = dataset.skipped
    if table.missing_fields:
        fields = ", ".join(table.missing_fields)
        skipped = (*skipped, Skipped(place, f"lacks the field {fields}; what it would say counts as unknown"))
    labelled = replace(labelled, skipped=skipped)
    if dataset.understood is not None:
        labelled = replace(labelled, understood=replace(dataset.understood, attribute_file=place))
    return _remark(labelled, *_doubts(place, missing, persons, mixed))


def _find(root: Path, name: str) -> Path | None:
    """In the folder, beside it as it was named, or beside where it really is."""
    places = (root / name, root.absolute().parent / name, root.resolve().parent / name)
    return next((place for place in places if place.is_file()), None)


def _persons(images: ImageSet) -> Array:
    return np.unique(images.identities[images.identities != DISTRACTOR_IDENTITY])


def _mixed(persons: Array, table: AttributeTable) -> float:
    """The share of these persons that stand in the other part of the file than most of them."""
    known = np.isin(table.identities, persons)
    if table.in_test is None or not known.any():
        return 0.0
    share = float(table.in_test[known].mean())
    return min(share, 1 - share)


def _why(missing: Array, persons: int) -> str:
    if len(missing) > MOST_MISSING * persons:
        wrong = f"it lacks {_count(missing, persons)}"
    else:
        wrong = "it parts persons to train and to test otherwise than these data, which seem to be others"
    return f"{wrong}; if it belongs to them, give it with --attributes"


def _doubts(place: Path, missing: Array, persons: int, mixed: float) -> list[str]:
    found = []
    if len(missing):
        found.append(f"The attribute file {place} lacks {_count(missing, persons)}; they count as unknown.")
    if mixed > MOST_MIXED:
        found.append(
            f"The attribute file {place} parts persons to train and to test otherwise than these data; make "
            "sure that its numbers mean the same persons."
        )
    return found


def _count(missing: Array, persons: int) -> str:
    first = ", ".join(str(identity) for identity in missing[:_SHOWN])
    more = ", ..." if len(missing) > _SHOWN else ""
    return f"{len(missing):,} of the {persons:,} identities of the data ({first}{more})"


def _remark(dataset: PersonDataset, *remarks: str) -> PersonDataset:
    if dataset.understood is None or not remarks:
        return dataset
    understood = replace(dataset.understood, label_remarks=remarks)
    return replace(dataset, understood=understood)
