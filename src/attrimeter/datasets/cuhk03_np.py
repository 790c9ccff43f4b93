"""CUHK03 (Li et al., CVPR 2014) by its new protocol (Zhong et al., CVPR 2017)."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from attrimeter.datasets.layout import Layout
from attrimeter.datasets.three_folders import BOUNDING_BOXES, IN_NAMES, ThreeFolders
from attrimeter.schemas import AttributeSchema
from attrimeter.values import PersonDataset

_BOXES = ThreeFolders(name="cuhk03-np", folders=BOUNDING_BOXES, names=re.compile(r"[0-9]+_c[12]_[0-9]+\."))
KINDS = ("detected", "labeled")


def _recognise(root: Path) -> bool:
    return _BOXES.recognise(root) or any((root / kind / BOUNDING_BOXES[0]).is_dir() for kind in KINDS)


def _read(root: Path, *, schema: AttributeSchema | None, attributes: Path | None) -> PersonDataset:
    """A folder of boxes, or the one above it, of which the detected boxes are taken."""
    kind = next((kind for kind in KINDS if (root / kind / BOUNDING_BOXES[0]).is_dir()), None)
    if kind is None:
        return _BOXES.read(root, schema=schema, attributes=attributes)
    dataset = _BOXES.read(root / kind, schema=schema, attributes=attributes)
    if dataset.understood is None or not (root / KINDS[1]).is_dir():
        return dataset
    remark = f"The folder {kind} is read; name {root / KINDS[1]} for the boxes drawn by hand."
    understood = replace(dataset.understood, remarks=(remark, *dataset.understood.remarks))
    return replace(dataset, name=f"{root.resolve().name} {kind}", understood=understood)


CUHK03_LAYOUT = Layout(
    name="cuhk03-np",
    looks_like="detected/ or labeled/, or one of the two itself: bounding_box_train/, query/ and "
    "bounding_box_test/ with names such as 0001_c1_1.png",
    assumes=replace(IN_NAMES, splits="as the folders say; detected where both kinds of boxes are there"),
    recognise=_recognise,
    read=_read,
)
"""CUHK03-NP as it was published; it has no attributes, and no attribute file is taken for its own."""
