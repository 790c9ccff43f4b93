"""Opening a data set, in whichever layout it lies."""

from __future__ import annotations

import os
from pathlib import Path

from attrimeter.datasets.csv_list import CSV_LAYOUT
from attrimeter.datasets.identity_folders import FOLDER_LAYOUT, looks_like_splits
from attrimeter.datasets.layout import Layout
from attrimeter.datasets.layumi import LAYUMI_LAYOUT
from attrimeter.datasets.loose_pictures import PICTURES_LAYOUT
from attrimeter.datasets.mars import MARS_LAYOUT
from attrimeter.datasets.msmt17 import MSMT17_LAYOUT
from attrimeter.datasets.oml_list import OML_LAYOUT
from attrimeter.datasets.pictures import list_folders
from attrimeter.datasets.refusals import refuse_half_rendered, require_labels
from attrimeter.datasets.three_folders import (
    BOUNDING_BOX_LAYOUT,
    CUHK03_LAYOUT,
    DUKEMTMC_LAYOUT,
    MARKET1501_LAYOUT,
    VERI776_LAYOUT,
)
from attrimeter.datasets.viper import VIPER_LAYOUT
from attrimeter.errors import DatasetError
from attrimeter.schemas import AttributeSchema
from attrimeter.values import PersonDataset

LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        DUKEMTMC_LAYOUT,
        MARKET1501_LAYOUT,
        CUHK03_LAYOUT,
        BOUNDING_BOX_LAYOUT,
        VERI776_LAYOUT,
        MSMT17_LAYOUT,
        MARS_LAYOUT,
        VIPER_LAYOUT,
        OML_LAYOUT,
        CSV_LAYOUT,
        LAYUMI_LAYOUT,
        FOLDER_LAYOUT,
        PICTURES_LAYOUT,
    )
}
"""The layouts that can be read, by name; where none is named, the first that recognises the root is taken."""


def open_dataset(
    root: str | os.PathLike[str],
    *,
    schema: AttributeSchema | None = None,
    layout: str | None = None,
    attributes: str | os.PathLike[str] | None = None,
    strict_attributes: bool = False,
) -> PersonDataset:
    """List the images of the data set at ``root`` with identities, cameras and attribute labels.

    No image is decoded. What cannot be used (a name that does not fit, a column that is not known) is listed
    in ``skipped``; an identity or an attribute that the annotations lack has labels -1. How all was
    understood
    is in ``understood``, and in words from :func:`attrimeter.datasets.understanding.describe_dataset`.

    Args:
        root: its folder, or a CSV file.
        schema: the attributes to read; None takes the layout's own, and no labels for a folder or CSV list.
        layout: a name in :data:`LAYOUTS`; None recognises it.
        attributes: the attribute file; None looks for it in the root and beside it.
        strict_attributes: whether missing labels are an error, see :func:`require_labels`.

    Raises:
        DatasetError: nothing there, no known layout, no images, or a file that cannot be understood.
    """
    place = Path(root)
    try:
        if not place.exists():
            raise DatasetError(f"There is no data set {place}; check the path.")
        if not place.is_dir() and not place.is_file():
            raise DatasetError(f"{place} is a pipe, a device or a socket; give the folder of a data set.")
        refuse_half_rendered(place)
        chosen = _recognise(place) if layout is None else LAYOUTS.get(layout)
        if chosen is None:
            raise DatasetError(f"The layout {layout!r} is not known; choose one of {', '.join(LAYOUTS)}.")
        dataset = chosen.read(
            place, schema=schema, attributes=None if attributes is None else Path(attributes)
        )
    except (OSError, ValueError) as error:
        raise DatasetError(f"The data set {place} cannot be read: {error}.") from error
    if not (len(dataset.train) or len(dataset.query) or len(dataset.gallery)):
        reason = f" ({dataset.skipped[0].path.name}: {dataset.skipped[0].reason})" if dataset.skipped else ""
        raise DatasetError(f"The data set {place} has no images in the layout {chosen.name!r}{reason}.")
    if strict_attributes:
        _insist_on_labels(dataset, schema)
    return dataset


def _insist_on_labels(dataset: PersonDataset, schema: AttributeSchema | None) -> None:
    asked = schema or dataset.schema
    if asked is None:
        raise DatasetError(f"Attributes of {dataset.root} can only be insisted on with a schema; name one.")
    require_labels(dataset, asked)


def _recognise(place: Path) -> Layout:
    found = _find_layout(place)
    if found is not None:
        return found
    if not place.is_dir():
        raise DatasetError(f"{place} is neither the folder of a data set nor a .csv file; name one of them.")
    known = "; ".join(f"{layout.name}: {layout.looks_like}" for layout in LAYOUTS.values())
    wrong = looks_like_splits(place)
    if wrong:
        raise DatasetError(
            f"The folders of {place} ({', '.join(wrong[:4])}) look like splits or cameras and not like "
            "persons, and no layout that is known has them; list the images in a CSV with the columns path, "
            "identity, camera and split, or say --layout folder if each of them is one person."
        )
    inside = [folder for folder in list_folders(place) if _find_layout(folder)] if place.is_dir() else []
    hint = f" Did you mean {inside[0]}?" if len(inside) == 1 else ""
    raise DatasetError(f"{place} lies in no layout that can be read ({known}).{hint}")


def _find_layout(place: Path) -> Layout | None:
    return next((layout for layout in LAYOUTS.values() if layout.recognise(place)), None)
