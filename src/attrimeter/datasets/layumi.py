"""The folders ``pytorch/`` that layumi's baseline makes of Market-1501, DukeMTMC-reID, MSMT17 and
VeRi-776."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from attrimeter.datasets import identity_folders
from attrimeter.datasets.identity_folders import read_folders, split_folders
from attrimeter.datasets.layout import Layout
from attrimeter.datasets.listing import GALLERY, QUERY, TRAIN
from attrimeter.datasets.refusals import refuse_attributes
from attrimeter.errors import DatasetError
from attrimeter.schemas import AttributeSchema
from attrimeter.values import PersonDataset

ASSUMED = replace(
    identity_folders.ASSUMED,
    splits="train_all, else train and val (of which val is a picture a person), is to train; query and "
    "gallery as they say; multi-query is not read",
)


def _recognise(root: Path) -> bool:
    return root.is_dir() and {TRAIN, QUERY, GALLERY} <= split_folders(root).keys()


def _read(root: Path, *, schema: AttributeSchema | None, attributes: Path | None) -> PersonDataset:
    refuse_attributes(root, attributes)
    splits = split_folders(root)
    if not {QUERY, GALLERY} & splits.keys():
        raise DatasetError(
            f"{root} lacks query/ and gallery/ with a folder per identity, which 'layumi' has."
        )
    return read_folders(root, splits, layout="layumi", assumes=ASSUMED, schema=schema)


LAYUMI_LAYOUT = Layout(
    name="layumi",
    looks_like="pytorch/ as layumi's prepare.py makes it: train_all/ (or train/ and val/), query/ and "
    "gallery/ with <identity>/*.jpg in each",
    assumes=ASSUMED,
    recognise=_recognise,
    read=_read,
)
"""Data sets prepared for Person_reID_baseline_pytorch."""
