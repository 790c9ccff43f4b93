"""What is refused of data sets, in the same words: files and folders, half of one, missing labels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from attrimeter.errors import DatasetError
from attrimeter.schemas import AttributeSchema
from attrimeter.values import PersonDataset


def refuse_attributes(root: Path, attributes: Path | None) -> None:
    """Refuse an attribute file, which goes by numbers of Market-1501 or DukeMTMC-reID.

    Raises:
        DatasetError: one was given.
    """
    if attributes is not None:
        raise DatasetError(
            f"The attribute file {attributes} cannot be matched with the identities of {root}; list the "
            "images in a CSV with a column per attribute instead."
        )


def require_folders(root: Path, folders: Sequence[str], *, layout: str) -> None:
    """Insist on all of these folders.

    Raises:
        DatasetError: one is not there.
    """
    missing = [folder for folder in folders if not (root / folder).is_dir()]
    if missing:
        raise DatasetError(
            f"{root} lacks the folder {missing[0]}; the layout {layout!r} has {', '.join(folders)}."
        )


HALF_RENDERED = ".half-rendered"


def refuse_half_rendered(root: Path) -> None:
    """Raise DatasetError if the data set is still being rendered, or its rendering was broken off."""
    if (root / HALF_RENDERED).exists():
        raise DatasetError(
            f"The data set {root} is not rendered to its end: wait until it is, or render it again into that "
            "folder."
        )


_NAMED = 5


def require_labels(dataset: PersonDataset, schema: AttributeSchema) -> None:
    """Insist that every identity has attribute labels, and every attribute of ``schema`` is known of someone.

    Distractors (identity 0) need none. A single unknown attribute of an identity is no fault.

    Raises:
        DatasetError: labels of another schema, identities without any label (the first are named, all are
            counted), or attributes that are known of nobody.
    """
    parts = [part for part in (dataset.train, dataset.query, dataset.gallery) if len(part)]
    if any(part.labels.shape[1] != len(schema) for part in parts):
        raise DatasetError(
            f"The data set {dataset.root} was not opened with the schema {schema.name!r}; "
            "open it with that one."
        )
    identities = np.concatenate([part.identities for part in parts])
    labels = np.concatenate([part.labels for part in parts])[identities != 0]
    identities = identities[identities != 0]
    unlabelled = np.unique(identities[(labels == -1).all(axis=1)])
    if len(unlabelled):
        first = ", ".join(str(identity) for identity in unlabelled[:_NAMED])
        more = ", ..." if len(unlabelled) > _NAMED else ""
        raise DatasetError(
            f"The data set {dataset.root} has no attributes for {len(unlabelled)} of "
            f"{len(np.unique(identities))} identities ({first}{more}); add them to its attribute file or "
            f"remove their images.{_why(dataset)}"
        )
    nobody = [name for name, column in zip(schema.names, labels.T, strict=True) if (column == -1).all()]
    if nobody:
        raise DatasetError(
            f"The data set {dataset.root} says of nobody whether {nobody[0]!r} holds "
            f"({len(nobody)} such attributes); add the field to its attribute file or leave it out of "
            "the schema."
        )


def _why(dataset: PersonDataset) -> str:
    """What is known of labels that are missing."""
    return "".join(f" {remark}" for remark in dataset.understood.label_remarks) if dataset.understood else ""
